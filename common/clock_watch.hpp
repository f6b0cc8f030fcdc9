#pragma once
// Sees the wall clock jump: set by hand or by NTP, or gone on while this machine stood still. Between two
// looks it goes as far as the monotonic one, but for what NTP slews, a small part of that.
// Owned by one thread.

#include "common/clock.hpp"

#include <chrono>
#include <optional>

namespace buttond {

struct clock_jump {
  wall_time from;  // what the clock would say now
  wall_time to;    // what it says

  std::chrono::nanoseconds by() const noexcept { return to - from; }
};

class clock_watch {
 public:
  /// `time` must outlive this.
  explicit clock_watch(const clock& time) noexcept : time_(time), last_(read()) {}

  /// How the wall clock jumped since the last look, by at least `least_jump`.
  std::optional<clock_jump> look() noexcept {
    const moment now = read();
    // A thread that was held up between the two clocks knows nothing; the next look does.
    if (now.uncertain > longest_reading) return std::nullopt;
    const clock_jump since{
        last_.wall + std::chrono::duration_cast<wall_time::duration>(now.monotonic - last_.monotonic),
        now.wall};
    last_ = now;
    if (std::chrono::abs(since.by()) < least_jump) return std::nullopt;
    return since;
  }

  static constexpr std::chrono::seconds least_jump{2};

 private:
  static constexpr std::chrono::milliseconds longest_reading{500};

  struct moment {
    monotonic_time monotonic;
    wall_time wall;
    std::chrono::nanoseconds uncertain;
  };

  moment read() const noexcept {
    const auto before = time_.monotonic();
    const auto wall = time_.wall();
    return {before, wall, time_.monotonic() - before};
  }

  const clock& time_;
  moment last_;
};

}  // namespace buttond
