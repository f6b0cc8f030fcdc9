#pragma once
// Letters as protocols compare them: ASCII only, whatever the locale.

#include "common/byte_block.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
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

/// Whether `lower` (written in lower case) is somewhere in `text`, in capitals or not.
constexpr bool contains_ignoring_case(std::string_view text, std::string_view lower) noexcept {
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                     [](char c, char expected) { return ascii_lower(c) == expected; }) != text.end();
}

/// `text` without the `Blanks` at both its ends.
template <char... Blanks>
constexpr std::string_view trimmed(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return ((c == Blanks) || ...); };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Eight bytes as a number, the first of them lowest.
inline std::uint64_t load_word(const char* bytes) noexcept {
  return boost::endian::load_little_u64(reinterpret_cast<const unsigned char*>(bytes));
}

/// Finds the bytes of a text that are not printable ASCII (32 to 126), from its beginning to its end.
class unprintable_bytes {
 public:
  explicit unprintable_bytes(std::string_view text) noexcept : text_(text) {}

  /// Where the next one stands; the text's size where there is none.
  std::size_t next() noexcept {
    while (found_ == 0) {
      block_ += looked_at_;
      if (block_ >= text_.size()) return text_.size();
      look();
    }
    const auto first = static_cast<std::size_t>(std::countr_zero(found_));
    found_ &= found_ - 1;
    return block_ + first;
  }

 private:
  static constexpr std::size_t most_blocks = 4;  // at once: `found_` has so many bits

  void look() noexcept {
    const std::string_view rest(text_.data() + block_, text_.size() - block_);
    if (rest.size() < byte_block::size) {
      looked_at_ = rest.size();
      found_ = byte_block::padded(rest).unprintable() & first_bytes(rest.size());
      return;
    }
    const std::size_t blocks = rest.size() < most_blocks * byte_block::size ? 1 : most_blocks;
    looked_at_ = blocks * byte_block::size;
    found_ = 0;
    for (std::size_t i = 0; i < blocks; ++i)
      found_ |= std::uint64_t{byte_block(rest.data() + i * byte_block::size).unprintable()}
                << (i * byte_block::size);
  }

  std::string_view text_;
  std::size_t block_ = 0;      // where the bytes that `found_` is about begin
  std::size_t looked_at_ = 0;  // how many they are
  std::uint64_t found_ = 0;
};

/// Whether there is a control character (0 to 31, or 127) in `text`.
inline bool has_control_character(std::string_view text) noexcept {
  std::uint32_t found = 0;
  for_each_block(text, [&](const byte_block& block, std::uint32_t valid, std::size_t) {
    found |= valid & (block.in_range('\0', '\x1F') | block.equal_to('\x7F'));
    return true;
  });
  return found != 0;
}

/// The size of `text` up to its first `one` or `other`; all of it where it has neither. (The standard's
/// find_first_of calls memchr for every character of the text.)
inline std::size_t size_until(std::string_view text, char one, char other) noexcept {
  const std::string_view before = text.substr(0, text.find(one));
  return std::min(before.find(other), before.size());
}

}  // namespace buttond
