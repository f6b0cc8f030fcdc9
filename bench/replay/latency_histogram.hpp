#pragma once
// Latencies in a fixed memory of about 35 KB, in the manner of HdrHistogram: buckets that grow with the
// value, so that each is known to better than 1 %, from a nanosecond to 18 minutes (longer counts as that).
// Not thread-safe.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace buttond::replay {

class latency_histogram {
 public:
  void record(std::chrono::nanoseconds latency) noexcept;

  /// The latency that `percent` (0 to 100) of the answers did not exceed; 0 when nothing was recorded.
  std::chrono::nanoseconds at(double percent) const noexcept;

  std::chrono::nanoseconds max() const noexcept { return std::chrono::nanoseconds(max_); }
  std::uint64_t count() const noexcept { return count_; }

 private:
  static constexpr unsigned sub_bits = 7;  // 128 buckets for each doubling
  static constexpr unsigned value_bits = 40;
  static constexpr std::size_t buckets = (value_bits - sub_bits + 1) << sub_bits;

  static std::size_t bucket_of(std::uint64_t value) noexcept;
  static std::uint64_t upper_end(std::size_t bucket) noexcept;

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t count_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace buttond::replay
