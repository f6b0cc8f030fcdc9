#pragma once
// A store in memory for the tests of the journal: it applies a batch once, as the contract says, and fails as
// it is told to.

#include "button/store/store.hpp"

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

class recording_store final : public store {
 public:
  enum class fault {
    none,
    refused,        // nothing is applied
    answered_late,  // all is applied, and the answer is lost
    cut             // every other link is applied, and the answer is lost
  };

  /// Asked before each apply, with how many went before.
  std::function<fault(std::size_t call)> faults;

  result<bring_report> bring(std::span<const batch> batches) override {
    const std::lock_guard lock(mutex_);
    const auto what = faults ? faults(calls_) : fault::none;
    ++calls_;
    if (what == fault::refused) return errc::store_unavailable;
    batches.emplace_back(std::string(b.node), b.epoch);
    std::size_t at = 0;
    for (const auto& link : b.links) {
      if (what == fault::cut && at++ % 2 == 1) continue;
      apply_link(b, link);
    }
    if (what != fault::none) return errc::store_timeout;
    return {};
  }

  std::map<std::string, tally> tallies() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, tally> all;
    for (const auto& [key, link] : links_) all[key] = link.counts;
    return all;
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
    return other;
  }

  std::size_t calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  result<std::vector<std::optional<tally>>> find(std::span<const std::string>) override {
    return errc::store_refused;
  }
  result<shares_recorded> record_shares(std::span<const share_report>) override {
    return errc::store_refused;
  }
  result<void> set(std::span<const stored_link>) override { return errc::store_refused; }
  result<void> for_each(const std::function<void(const stored_link&)>&) override {
    return errc::store_refused;
  }
  result<void> ping() override { return {}; }
  std::string_view kind() const noexcept override { return "recording"; }

  /// Every batch that came, (node, epoch), again where it came again. To be read when nothing applies.
  std::vector<std::pair<std::string, std::int64_t>> batches;

 private:
  struct linked {
    tally counts;
    std::map<std::string, std::int64_t> applied;
  };

  // As MongoDB does it: a link remembers the last epoch of each node.
  void apply_link(const batch& b, const link_delta& delta) {
    auto& known = links_[std::string(delta.key)];
    auto [at, fresh] = known.applied.try_emplace(std::string(b.node), b.epoch);
    if (!fresh && at->second >= b.epoch) return;
    at->second = b.epoch;
    known.counts += delta.delta;
    days_[b.day.value_or(std::chrono::sys_days{})] += delta.delta;
  }

  mutable std::mutex mutex_;
  std::size_t calls_ = 0;
  std::map<std::string, linked> links_;
  std::map<std::chrono::sys_days, tally> days_;
};

}  // namespace buttond::testing
