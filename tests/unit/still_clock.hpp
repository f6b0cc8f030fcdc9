#pragma once
// A clock that stands still until the test moves it, or sets it. Thread-safe, as any clock.

#include "common/clock.hpp"

#include <atomic>
#include <chrono>

namespace buttond::testing {

class still_clock final : public clock {
 public:
  monotonic_time monotonic() const noexcept override { return monotonic_time(passed()); }
  wall_time wall() const noexcept override {
    return noon +
           std::chrono::duration_cast<wall_time::duration>(passed() + std::chrono::nanoseconds(set_.load()));
  }

  void advance(std::chrono::nanoseconds by) noexcept { passed_ += by.count(); }

  /// As an operator, or NTP, does: the monotonic clock does not know of it.
  void set_wall(std::chrono::nanoseconds by) noexcept { set_ += by.count(); }

 private:
  static constexpr wall_time noon =
      std::chrono::sys_days(std::chrono::year(2026) / 3 / 14) + std::chrono::hours(12);

  std::chrono::nanoseconds passed() const noexcept { return std::chrono::nanoseconds(passed_.load()); }

  std::atomic<std::chrono::nanoseconds::rep> passed_{std::chrono::nanoseconds(std::chrono::hours(1)).count()};
  std::atomic<std::chrono::nanoseconds::rep> set_{0};
};

}  // namespace buttond::testing
