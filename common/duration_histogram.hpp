#pragma once
// How long things took, counted by how long they may take at most. Plain numbers: not thread-safe.

#include <array>
#include <bit>
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

  /// `taken` is not negative. A few instructions, however many boundaries there are.
  void add(std::chrono::nanoseconds taken) noexcept {
    std::size_t bucket = first_of_width[std::bit_width(static_cast<std::uint64_t>(taken.count()))];
    while (bucket < Boundaries.size() && taken > Boundaries[bucket]) ++bucket;
    ++counts_[bucket];
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
  /// The bucket of the least duration that takes so many bits; of the others that do, it is that or one
  /// behind.
  static constexpr auto first_of_width = [] {
    std::array<std::uint8_t, 65> first{};
    static_assert(buckets <= 256);
    for (std::size_t width = 1; width < first.size(); ++width) {
      const auto least = std::uint64_t{1} << (width - 1);
      std::size_t bucket = 0;
      while (bucket < Boundaries.size() && static_cast<std::uint64_t>(Boundaries[bucket].count()) < least)
        ++bucket;
      first[width] = static_cast<std::uint8_t>(bucket);
    }
    return first;
  }();

  std::array<std::uint64_t, buckets> counts_{};
  std::chrono::nanoseconds sum_{};
};

}  // namespace buttond
