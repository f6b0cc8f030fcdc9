#pragma once
// Letters as protocols compare them: ASCII only, whatever the locale.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

/// Whether there is a control character (0 to 31, or 127) in `text`. Looks at eight bytes at a time.
inline bool has_control_character(std::string_view text) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t spaces = ones * ' ';
  constexpr std::uint64_t top_bits = ones << 7U;
  std::uint64_t found = 0;
  const auto look = [&](std::uint64_t word) {
    const std::uint64_t deleted = word ^ (ones * 127U);
    found |= (word - spaces) & ~word;      // a byte below 32 borrows, which sets its top bit
    found |= (deleted - ones) & ~deleted;  // a byte of 127 is 0 here, and borrows too
  };
  std::uint64_t word = 0;
  for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    look(word);
  }
  word = spaces;
  text.copy(reinterpret_cast<char*>(&word), text.size());
  look(word);
  return (found & top_bits) != 0;
}

/// The size of `text` up to its first `one` or `other`; all of it where it has neither. (The standard's
/// find_first_of calls memchr for every character of the text.)
inline std::size_t size_until(std::string_view text, char one, char other) noexcept {
  const std::string_view before = text.substr(0, text.find(one));
  return std::min(before.find(other), before.size());
}

}  // namespace buttond
