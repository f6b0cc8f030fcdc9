#pragma once
// Sixteen bytes that are looked at together: one instruction a question where the processor has SSE2 (every
// x86-64), a loop elsewhere. Answers are masks: bit i is about byte i. for_each_block walks a text so.
// No state: any thread.

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

class byte_block {
 public:
  static constexpr std::size_t size = 16;
  static constexpr std::uint32_t all = 0xFFFF;

  /// What `text` begins with, and zeros after it where it is shorter than a block.
  static byte_block padded(std::string_view text) noexcept {
    std::array<char, size> bytes{};
    text.copy(bytes.data(), size);
    return byte_block(bytes.data());
  }

  /// The letters, all of them small, and the digits.
  std::uint32_t small_letters_and_digits() const noexcept { return in_range('a', 'z') | in_range('0', '9'); }

#ifdef __SSE2__
  explicit byte_block(const char* bytes) noexcept
      : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes))) {}

  std::uint32_t equal_to(char c) const noexcept {
    return mask(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c)));
  }

  /// The bytes that are those of `other`.
  std::uint32_t equal_to(const byte_block& other) const noexcept {
    return mask(_mm_cmpeq_epi8(bytes_, other.bytes_));
  }

  /// The bytes that are not printable ASCII (32 to 126).
  std::uint32_t unprintable() const noexcept {
    // One more, and 127 is below all that are printable, as a signed number.
    return mask(_mm_cmpgt_epi8(_mm_set1_epi8(' ' + 1), _mm_add_epi8(bytes_, _mm_set1_epi8(1))));
  }

  /// The bytes from `low` to `high`, both of them ASCII and included.
  std::uint32_t in_range(char low, char high) const noexcept {
    // Signed: what is no ASCII is below 0.
    const __m128i too_high = _mm_cmpgt_epi8(bytes_, _mm_set1_epi8(high));
    const __m128i high_enough = _mm_cmpgt_epi8(bytes_, _mm_set1_epi8(static_cast<char>(low - 1)));
    return mask(_mm_andnot_si128(too_high, high_enough));
  }

  /// The same bytes with the bits of `bits` set.
  byte_block with_bits(char bits) const noexcept {
    return byte_block(_mm_or_si128(bytes_, _mm_set1_epi8(bits)));
  }

 private:
  explicit byte_block(__m128i bytes) noexcept : bytes_(bytes) {}

  static std::uint32_t mask(__m128i of) noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(of));
  }

  __m128i bytes_;
#else
  explicit byte_block(const char* bytes) noexcept {
    std::copy_n(bytes, size, bytes_.begin());
  }

  std::uint32_t equal_to(char c) const noexcept {
    return mask([this, c](std::size_t i) { return bytes_[i] == c; });
  }

  std::uint32_t equal_to(const byte_block& other) const noexcept {
    return mask([&](std::size_t i) { return bytes_[i] == other.bytes_[i]; });
  }

  std::uint32_t unprintable() const noexcept {
    return all & ~in_range(' ', '~');
  }

  std::uint32_t in_range(char low, char high) const noexcept {
    return mask([this, low, high](std::size_t i) { return bytes_[i] >= low && bytes_[i] <= high; });
  }

  byte_block with_bits(char bits) const noexcept {
    byte_block changed = *this;
    for (char& byte : changed.bytes_) byte = static_cast<char>(byte | bits);
    return changed;
  }

 private:
  template <class Predicate>
  static std::uint32_t mask(Predicate of) noexcept {
    std::uint32_t found = 0;
    for (std::size_t i = 0; i < size; ++i) found |= static_cast<std::uint32_t>(of(i)) << i;
    return found;
  }

  std::array<char, size> bytes_;
#endif
};

/// The first `count` bytes of a block; `count` is at most its size.
constexpr std::uint32_t first_bytes(std::size_t count) noexcept {
  return (std::uint32_t{1} << count) - 1;
}

/// How many bytes a block begins with that are in `set`, an answer about it.
constexpr std::size_t prefix_of(std::uint32_t set) noexcept {
  constexpr std::uint32_t past_the_block = byte_block::all + 1;  // so that some bit is always found
  return static_cast<std::size_t>(std::countr_zero(~set | past_the_block));
}

/// Calls `look(block, valid, at)` for `text` block by block, until it returns false: `valid` are those bytes
/// of the block that are of the text (zeros follow), `at` is where it stands. Always inline, because a call
/// would put what `look` captures into memory, for each block again.
template <class Look>
[[gnu::always_inline]] inline void for_each_block(std::string_view text, Look look) noexcept {
  std::size_t at = 0;
  for (; text.size() - at >= byte_block::size; at += byte_block::size)
    if (!look(byte_block(text.data() + at), byte_block::all, at)) return;
  if (const std::string_view rest = text.substr(at); !rest.empty())
    look(byte_block::padded(rest), first_bytes(rest.size()), at);
}

}  // namespace buttond
