#pragma once
// Sixteen bytes that are looked at together: one instruction a question where the processor has SSE2 (every
// x86-64), a loop elsewhere. Answers are masks: bit i is about byte i.

#ifdef __SSE2__
#include <emmintrin.h>
#else
#include <algorithm>
#include <array>
#endif

#include <cstddef>
#include <cstdint>

namespace buttond {

class byte_block {
 public:
  static constexpr std::size_t size = 16;
  static constexpr std::uint32_t all = 0xFFFF;

#ifdef __SSE2__
  explicit byte_block(const char* bytes) noexcept
      : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes))) {}

  /// The bytes from `low` to `high`, both of them ASCII and included.
  std::uint32_t in_range(char low, char high) const noexcept {
    // Signed: what is no ASCII is below 0.
    const __m128i too_high = _mm_cmpgt_epi8(bytes_, _mm_set1_epi8(high));
    const __m128i high_enough = _mm_cmpgt_epi8(bytes_, _mm_set1_epi8(static_cast<char>(low - 1)));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_andnot_si128(too_high, high_enough)));
  }

  /// The same bytes with the bits of `bits` set.
  byte_block with_bits(char bits) const noexcept {
    return byte_block(_mm_or_si128(bytes_, _mm_set1_epi8(bits)));
  }

 private:
  explicit byte_block(__m128i bytes) noexcept : bytes_(bytes) {}

  __m128i bytes_;
#else
  explicit byte_block(const char* bytes) noexcept {
    std::copy_n(bytes, size, bytes_.begin());
  }

  std::uint32_t in_range(char low, char high) const noexcept {
    std::uint32_t found = 0;
    for (std::size_t i = 0; i < size; ++i)
      found |= static_cast<std::uint32_t>(bytes_[i] >= low && bytes_[i] <= high) << i;
    return found;
  }

  byte_block with_bits(char bits) const noexcept {
    byte_block changed = *this;
    for (char& byte : changed.bytes_) byte = static_cast<char>(byte | bits);
    return changed;
  }

 private:
  std::array<char, size> bytes_;
#endif
};

}  // namespace buttond
