#pragma once
// Letters as protocols compare them: ASCII only, whatever the locale.

#include <algorithm>
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

}  // namespace buttond
