#pragma once
// How long things took, counted by how long they may take at most. Plain numbers: not thread-safe.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace buttond {

/// `Boundaries` is a std::array of nanoseconds, ascending.
template <const auto& Boundaries>
class duration_histogram {
 public:
  /// One a boundary, and a last one for what took longer than all of them.
  static constexpr std::size_t buckets = Boundaries.size() + 1;

  void add(std::chrono::nanoseconds taken) noexcept {
    const auto at_most = std::ranges::find_if(Boundaries, [taken](auto most) { return taken <= most; });
    ++counts_[static_cast<std::size_t>(at_most - Boundaries.begin())];
    sum_ += taken;
  }

  duration_histogram& operator+=(const duration_histogram& other) noexcept {
    for (std::size_t i = 0; i < buckets; ++i) counts_[i] += other.counts_[i];
    sum_ += other.sum_;
    return *this;
  }

  /// How many took at most Boundaries[bucket], and more than the boundary before it.
  std::uint64_t count(std::size_t bucket) const noexcept { return counts_[bucket]; }

  std::chrono::nanoseconds sum() const noexcept { return sum_; }

 private:
  std::array<std::uint64_t, buckets> counts_{};
  std::chrono::nanoseconds sum_{};
};

}  // namespace buttond
