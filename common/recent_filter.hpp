#pragma once
// Whether something was seen within the last hour or two: a Bloom filter of two generations, of which the
// older one is cleared when the younger one's time is over. It forgets nothing before its time, and takes a
// few of what is new for seen: with half a million links an hour one in seventy. Thread-safe and lock-free;
// what two threads do in the moment of a change of generations may be forgotten. Takes 2 MiB.

#include "common/clock.hpp"
#include "common/fingerprint.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace buttond {

class recent_filter {
 public:
  /// What was added is known for `span` at least, and for twice that at most.
  explicit recent_filter(std::chrono::seconds span);

  bool contains(const fingerprint& what, monotonic_time now) noexcept;
  void add(const fingerprint& what, monotonic_time now) noexcept;

 private:
  static constexpr std::size_t bits = std::size_t{1} << 23;

  struct generation {
    std::atomic<std::int64_t> number{-1};
    std::vector<std::atomic<std::uint64_t>> words = std::vector<std::atomic<std::uint64_t>>(bits / 64);

    bool contains(const fingerprint& what) const noexcept;
  };

  std::int64_t number_at(monotonic_time now) const noexcept { return now.time_since_epoch() / span_; }
  generation& current(std::int64_t number) noexcept;

  const std::chrono::seconds span_;
  std::array<generation, 2> generations_;
};

}  // namespace buttond
