#pragma once

#include "button/store/store.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond::testing {

/// A store in memory that can be held, and can be down.
class scripted_store final : public store {
 public:
  result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) override {
    std::unique_lock lock(mutex_);
    asked_.emplace_back(keys.begin(), keys.end());
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    if (down_) return error_code(errc::store_unavailable);
    std::vector<std::optional<tally>> found;
    for (const auto& key : keys) {
      const auto at = links_.find(key);
      found.push_back(at == links_.end() ? std::nullopt : std::optional(tally{.shares = at->second}));
    }
    return found;
  }

  using store::ping;
  result<void> ping(std::string&) override {
    const std::lock_guard lock(mutex_);
    pings_.push_back(std::chrono::steady_clock::now());
    changed_.notify_all();
    if (down_) return error_code(errc::store_unavailable);
    return {};
  }

  result<void> can_write(std::string&) override { return error_code(errc::store_refused); }

  result<bring_report> bring(std::span<const batch>, std::span<const batch>) override {
    return error_code(errc::store_refused);
  }
  result<fold_report> fold(const std::atomic<fold_turn>&) override { return fold_report{}; }
  result<void> for_each_refused(const std::function<void(const refused_item&)>&) override { return {}; }
  result<std::int64_t> retry_refused(std::string_view) override { return std::int64_t{0}; }
  result<shares_recorded> record_shares(std::span<const share_report>) override {
    return error_code(errc::store_refused);
  }
  result<std::string> share_key(std::string_view) override { return error_code(errc::store_refused); }
  result<void> set(std::span<const stored_link>) override { return error_code(errc::store_refused); }
  result<std::vector<link_moved>> move(std::span<const link_move>, move_mode) override {
    return error_code(errc::store_refused);
  }
  result<void> for_each(const std::function<void(const stored_link&)>&) override {
    return error_code(errc::store_refused);
  }
  std::string_view kind() const noexcept override { return "scripted"; }

  void know(const std::string& key, std::int64_t shares) {
    change([&] { links_[key] = shares; });
  }
  void hold() {
    change([&] { held_ = true; });
  }
  void release() {
    change([&] { held_ = false; });
  }
  void go_down() {
    change([&] { down_ = true; });
  }
  void come_up() {
    change([&] { down_ = false; });
  }

  void wait_for_pings(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return pings_.size() >= count; });
  }
  std::vector<std::vector<std::string>> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::vector<std::chrono::steady_clock::time_point> pings() {
    const std::lock_guard lock(mutex_);
    return pings_;
  }

 private:
  template <class Change>
  void change(const Change& by) {
    const std::lock_guard lock(mutex_);
    by();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::int64_t> links_;
  std::vector<std::vector<std::string>> asked_;
  std::vector<std::chrono::steady_clock::time_point> pings_;
  bool held_ = false;
  bool down_ = false;
};

}  // namespace buttond::testing
