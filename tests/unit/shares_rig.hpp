#pragma once
// What the tests of shares that wait have in common: a clock in the test's hand, and a store in memory that
// counts a share once by its id, and is away or refuses as it is told to.

#include "common/clock.hpp"
#include "tests/unit/plain_store.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace buttond::testing {

class hand_clock final : public clock {
 public:
  monotonic_time monotonic() const noexcept override { return now_.load(); }
  wall_time wall() const noexcept override { return std::chrono::system_clock::now(); }

  void advance(std::chrono::milliseconds by) { now_ = now_.load() + by; }

 private:
  std::atomic<monotonic_time> now_{monotonic_time(std::chrono::hours(1))};
};

class share_store final : public plain_store {
 public:
  result<shares_recorded> record_shares(std::span<const share_report> reports) override {
    std::unique_lock lock(mutex_);
    calls_.emplace_back(reports.begin(), reports.end());
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_ || passes_ > 0; });
    if (passes_ > 0) --passes_;
    if (away_) return errc::store_unavailable;
    const auto is_refused = [this](const share_report& report) { return refused_.contains(report.key); };
    if (std::any_of(reports.begin(), reports.end(), is_refused)) return errc::store_refused;
    shares_recorded recorded;
    for (const auto& report : reports) {
      const bool fresh = is_new(report);
      if (fresh) links_[report.key] += report.shares;
      ++(fresh ? recorded.counted : recorded.repeated);
      recorded.fresh.push_back(fresh);
    }
    changed_.notify_all();
    return recorded;
  }

  void go_away() {
    change([&] { away_ = true; });
  }
  void come_back() {
    change([&] { away_ = false; });
  }
  void hold() {
    change([&] { held_ = true; });
  }
  void release() {
    change([&] { held_ = false; });
  }
  /// Lets the call under way go on, and holds the next one.
  void release_one() {
    change([&] { ++passes_; });
  }
  void refuse(const std::string& key) {
    change([&] { refused_.insert(key); });
  }

  std::map<std::string, std::int64_t> links() const {
    const std::lock_guard lock(mutex_);
    return links_;
  }

  /// What came, call by call.
  std::vector<std::vector<share_report>> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  /// Waits until there were that many calls.
  void wait_for_calls(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return calls_.size() >= count; });
  }

 private:
  /// As the real ones do: by the last ids of a link, readers' apart.
  bool is_new(const share_report& report) {
    const auto has_it = [&](const std::deque<std::string>& ids) {
      return std::find(ids.begin(), ids.end(), report.id) != ids.end();
    };
    auto& reported = recent_[{report.key, shared_by::application}];
    auto& recent = recent_[{report.key, report.by}];
    if (has_it(reported) || has_it(recent)) return false;
    recent.push_back(report.id);
    if (recent.size() > static_cast<std::size_t>(recent_shares_kept)) recent.pop_front();
    return true;
  }

  template <class Change>
  void change(const Change& by) {
    const std::lock_guard lock(mutex_);
    by();
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::int64_t> links_;
  std::map<std::pair<std::string, shared_by>, std::deque<std::string>> recent_;
  std::set<std::string> refused_;
  std::vector<std::vector<share_report>> calls_;
  bool away_ = false;
  bool held_ = false;
  int passes_ = 0;
};

}  // namespace buttond::testing
