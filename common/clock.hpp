#pragma once
// The time, injected: everything that asks for it takes a `const clock&`, so that a test can hold it.
// Thread-safe: both functions may be called from any thread.

#include <chrono>

namespace buttond {

using monotonic_time = std::chrono::steady_clock::time_point;
using wall_time = std::chrono::system_clock::time_point;

class clock {
 public:
  virtual ~clock() = default;

  /// Never goes back; for intervals.
  virtual monotonic_time monotonic() const noexcept = 0;

  /// The wall clock, for dates.
  virtual wall_time wall() const noexcept = 0;
};

class system_clock final : public clock {
 public:
  monotonic_time monotonic() const noexcept override { return std::chrono::steady_clock::now(); }
  wall_time wall() const noexcept override { return std::chrono::system_clock::now(); }
};

/// The UTC day of `time`.
inline std::chrono::sys_days utc_day(wall_time time) noexcept {
  return std::chrono::floor<std::chrono::days>(time);
}

}  // namespace buttond
