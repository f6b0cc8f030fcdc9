#pragma once
// Keeps a failure that repeats from filling the log: the first one is written, then at most one in
// `interval`, with the number of those that were not.
// Thread-safe: any thread may call due(); it takes no lock.

#include "common/clock.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace buttond {

/// What a line says of those that were suppressed before it: nothing for none.
inline std::string and_more(std::uint64_t suppressed) {
  return suppressed == 0 ? std::string() : " (and " + std::to_string(suppressed) + " more like this)";
}

class log_limiter {
 public:
  explicit log_limiter(std::chrono::milliseconds interval = std::chrono::minutes{1}) noexcept
      : interval_(std::chrono::duration_cast<monotonic_time::duration>(interval).count()) {}

  /// Whether to write now: nothing if not; else how many were suppressed since the last one written.
  ///
  ///   if (const auto more = limit.due(time.monotonic()))
  ///     spdlog::warn("the store cannot be reached: {}{}", why, and_more(*more));
  std::optional<std::uint64_t> due(monotonic_time now) noexcept {
    const ticks at = now.time_since_epoch().count();
    auto next = next_.load(std::memory_order_relaxed);
    while (at >= next) {
      if (next_.compare_exchange_weak(next, at + interval_, std::memory_order_relaxed))
        return suppressed_.exchange(0, std::memory_order_relaxed);
    }
    suppressed_.fetch_add(1, std::memory_order_relaxed);
    return std::nullopt;
  }

  /// Forgets the past: the next failure is written at once. For when the cause has gone away. Returns how
  /// many were suppressed and never told of.
  std::uint64_t reset() noexcept {
    next_.store(monotonic_time::duration::min().count(), std::memory_order_relaxed);
    return suppressed_.exchange(0, std::memory_order_relaxed);
  }

 private:
  using ticks = monotonic_time::duration::rep;

  const ticks interval_;
  std::atomic<ticks> next_{monotonic_time::duration::min().count()};
  std::atomic<std::uint64_t> suppressed_{0};
};

}  // namespace buttond
