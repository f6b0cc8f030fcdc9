#pragma once
// Letters as protocols compare them: ASCII only, whatever the locale.

#include "common/byte_block.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Whether `text` begins with `lower` (written in lower case), in capitals or not.
constexpr bool starts_with_ignoring_case(std::string_view text, std::string_view lower) noexcept {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(),
                    [](char expected, char c) { return expected == ascii_lower(c); });
}

/// Whether `text` is `lower` (written in lower case), in capitals or not.
constexpr bool equals_ignoring_case(std::string_view text, std::string_view lower) noexcept {
  return text.size() == lower.size() && starts_with_ignoring_case(text, lower);
}

/// Eight bytes as a number, the first of them lowest.
inline std::uint64_t load_word(const char* bytes) noexcept {
  return boost::endian::load_little_u64(reinterpret_cast<const unsigned char*>(bytes));
}

/// The size of what `text` begins with of printable ASCII (32 to 126).
inline std::size_t printable_size(std::string_view text) noexcept {
  std::size_t size = 0;
  for (; text.size() - size >= byte_block::size; size += byte_block::size) {
    const std::uint32_t printable = byte_block(text.data() + size).in_range(' ', '~');
    if (printable != byte_block::all) return size + static_cast<std::size_t>(std::countr_one(printable));
  }
  while (size < text.size() && text[size] >= ' ' && text[size] <= '~') ++size;
  return size;
}

/// Whether there is a control character (0 to 31, or 127) in `text`.
inline bool has_control_character(std::string_view text) noexcept {
  const auto controls = [](const char* bytes) {
    const byte_block block(bytes);
    return block.in_range('\0', '\x1F') | block.in_range('\x7F', '\x7F');
  };
  std::uint32_t found = 0;
  for (; text.size() >= byte_block::size; text.remove_prefix(byte_block::size))
    found |= controls(text.data());
  std::array<char, byte_block::size> rest;
  rest.fill(' ');
  text.copy(rest.data(), rest.size());
  return (found | controls(rest.data())) != 0;
}

/// The size of `text` up to its first `one` or `other`; all of it where it has neither. (The standard's
/// find_first_of calls memchr for every character of the text.)
inline std::size_t size_until(std::string_view text, char one, char other) noexcept {
  const std::string_view before = text.substr(0, text.find(one));
  return std::min(before.find(other), before.size());
}

}  // namespace buttond
