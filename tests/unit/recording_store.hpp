#pragma once
// A store in memory for the tests of the journal: it takes and counts batches as MongoDB and its folds do,
// and fails as it is told to.

#include "button/store/store.hpp"
#include "tests/unit/plain_store.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace buttond::testing {

class recording_store final : public plain_store {
 public:
  enum class fault {
    none,
    refused,        // nothing is there
    answered_late,  // all of them are there, and the answer is lost
    cut             // the first half of the batches is there, and the answer is lost
  };

  /// Asked before each call, with how many went before.
  std::function<fault(std::size_t call)> faults;

  result<bring_report> bring(std::span<const batch> batches_of, std::span<const batch>) override {
    const std::lock_guard lock(mutex_);
    const auto what = faults ? faults(calls_) : fault::none;
    ++calls_;
    if (what == fault::refused) return errc::store_unavailable;
    bring_report report;
    for (const auto& each : what == fault::cut ? batches_of.first(batches_of.size() / 2) : batches_of)
      insert(each, report);
    if (what != fault::none) return errc::store_timeout;
    return report;
  }

  std::map<std::string, tally> tallies() const {
    const std::lock_guard lock(mutex_);
    return links_;
  }

  tally of(const std::string& key) const { return tallies()[key]; }

  tally total() const {
    tally sum;
    for (const auto& [key, counts] : tallies()) sum += counts;
    return sum;
  }

  /// Impressions and clicks by UTC day; no day: 1970-01-01.
  std::map<std::chrono::sys_days, tally> days() const {
    const std::lock_guard lock(mutex_);
    return days_;
  }

  /// Another store with the same content, without faults.
  std::unique_ptr<recording_store> copy() const {
    auto other = std::make_unique<recording_store>();
    const std::lock_guard lock(mutex_);
    other->links_ = links_;
    other->days_ = days_;
    other->marks_ = marks_;
    return other;
  }

  std::size_t calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  std::string_view kind() const noexcept override { return "recording"; }

  /// Every batch that came, (node, number), again where it came again. To be read when nothing applies.
  std::vector<std::pair<std::string, std::int64_t>> batches;

  /// Of these, those that were not counted since the one before them never came, and since another process
  /// brought other ones.
  std::size_t gaps = 0;
  tally set_aside;

 private:
  void insert(const batch& b, bring_report& report) {
    batches.emplace_back(std::string(b.node), b.number);
    auto& mark = marks_[std::string(b.node)];
    const auto other = [](const std::string& left, const std::string& right) {
      return !left.empty() && !right.empty() && left != right;
    };
    const bool late = b.number <= mark.number;
    if (late ? b.number == mark.number && !b.unread && other(b.sum, mark.sum)
             : b.after.number == mark.number && other(b.after.sum, mark.sum)) {
      report.name_taken = true;
      ++report.set_aside_batches;
      for (const auto& link : b.links) report.set_aside += link.delta;
      set_aside += report.set_aside;
      return;
    }
    if (late) return;
    if (b.after.number != mark.number) {
      ++gaps;
      return;
    }
    mark = {b.number, b.unread ? std::string() : b.sum};
    for (const auto& link : b.links) {
      auto of_link = link.delta;
      if (b.day) of_link.shares = 0;  // they are there already
      links_[std::string(link.key)] += of_link;
      days_[b.day.value_or(std::chrono::sys_days{})] += link.delta;
    }
  }

  mutable std::mutex mutex_;
  std::size_t calls_ = 0;
  std::map<std::string, tally> links_;
  std::map<std::string, batch_mark> marks_;
  std::map<std::chrono::sys_days, tally> days_;
};

}  // namespace buttond::testing
