#pragma once
// Percent-encoding (RFC 3986 section 2.1) as browsers read and write it: a '%' that no two hexadecimal digits
// follow is just a '%'. No state, no allocation: any thread.

#include <array>
#include <cstddef>
#include <string_view>

namespace buttond {

/// "%3F" for '?': the upper-case spelling of one byte.
constexpr std::array<char, 3> percent_encoded(char byte) noexcept {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {'%', digits[value >> 4U], digits[value & 15U]};
}

/// The byte that `text` begins with in percent-encoding, 0 to 255; -1 when it does not begin so.
int percent_decoded(std::string_view text) noexcept;

enum class plus_sign { as_it_is, as_space };

/// Decodes `text` once into `out`, which has room for text.size() bytes. Returns how many were written.
std::size_t decode_percent(std::string_view text, plus_sign plus, char* out) noexcept;

}  // namespace buttond
