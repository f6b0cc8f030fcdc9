#pragma once
// Text of which only the beginning is wanted. No state: any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace buttond {

inline constexpr std::string_view ellipsis = "\u2026";

/// Whether a character (UTF-8) does not begin at `byte`.
constexpr bool continues_character(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The first characters of `text` (UTF-8) that have at most `most` bytes.
inline std::string_view first_characters(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text;
  while (most > 0 && continues_character(text[most])) --most;
  return text.substr(0, most);
}

/// The same for a reader: with a "…" where something was left out.
inline std::string shortened(std::string_view text, std::size_t most) {
  std::string beginning(first_characters(text, most));
  if (beginning.size() < text.size()) beginning += ellipsis;
  return beginning;
}

}  // namespace buttond
