#include "bench/replay/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace buttond::replay {

void latency_histogram::record(std::chrono::nanoseconds latency) noexcept {
  const std::int64_t value = std::max<std::int64_t>(latency.count(), 0);
  ++counts_[bucket_of(static_cast<std::uint64_t>(value))];
  ++count_;
  max_ = std::max(max_, value);
}

std::chrono::nanoseconds latency_histogram::at(double percent) const noexcept {
  if (count_ == 0) return {};
  const auto wanted = static_cast<std::uint64_t>(std::ceil(static_cast<double>(count_) * percent / 100));
  std::uint64_t reached = 0;
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    reached += counts_[bucket];
    if (reached >= std::max<std::uint64_t>(wanted, 1)) {
      return std::chrono::nanoseconds(std::min(static_cast<std::int64_t>(upper_end(bucket)), max_));
    }
  }
  return max();
}

// Values below 2^sub_bits have a bucket each; above, the sub_bits after the leading one name the bucket.
std::size_t latency_histogram::bucket_of(std::uint64_t value) noexcept {
  value = std::min(value, (std::uint64_t{1} << value_bits) - 1);
  const auto width = static_cast<unsigned>(std::bit_width(value));
  if (width <= sub_bits) return value;
  const unsigned shift = width - sub_bits - 1;
  return (std::size_t{shift} << sub_bits) + (value >> shift);
}

std::uint64_t latency_histogram::upper_end(std::size_t bucket) noexcept {
  const std::size_t octave = bucket >> sub_bits;
  if (octave == 0) return bucket;
  const std::size_t shift = octave - 1;
  return ((bucket - (shift << sub_bits) + 1) << shift) - 1;
}

}  // namespace buttond::replay
