#pragma once
// Text of which only the beginning is wanted. No state: any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace buttond {

/// The first characters of `text` (UTF-8) that have at most `most` bytes.
inline std::string_view first_characters(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

/// The same for a reader: with a "…" where something was left out.
inline std::string shortened(std::string_view text, std::size_t most) {
  std::string beginning(first_characters(text, most));
  if (beginning.size() < text.size()) beginning += "\u2026";
  return beginning;
}

}  // namespace buttond
