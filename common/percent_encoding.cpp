#include "common/percent_encoding.hpp"

#include "common/byte_block.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace buttond {
namespace {

// The value of each hexadecimal digit; -1 for all other bytes.
constexpr auto hex_values = [] {
  std::array<signed char, 256> values{};
  values.fill(-1);
  for (signed char value = 0; value < 16; ++value) {
    values[static_cast<unsigned char>("0123456789abcdef"[value])] = value;
    values[static_cast<unsigned char>("0123456789ABCDEF"[value])] = value;
  }
  return values;
}();

int hex_value(char digit) noexcept {
  return hex_values[static_cast<unsigned char>(digit)];
}

/// Decodes the first character of `text`. Returns how many bytes it took.
std::size_t decode_one(std::string_view text, char plus, char* out) noexcept {
  const int byte = percent_decoded(text);
  *out = byte >= 0 ? static_cast<char>(byte) : text[0] == '+' ? plus : text[0];
  return byte >= 0 ? 3 : 1;
}

}  // namespace

int percent_decoded(std::string_view text) noexcept {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int byte = hex_value(text[1]) * 16 | hex_value(text[2]);
  return byte < 0 ? -1 : byte;
}

std::size_t decode_percent(std::string_view text, plus_sign sign, char* out) noexcept {
  const char* in = text.data();
  const char* const end = in + text.size();
  const char* const begin = out;
  const char plus = sign == plus_sign::as_space ? ' ' : '+';
  // A block at a time, of which the bytes before the first escape count. The output is never ahead of the
  // input, so a block that is left there fits here.
  while (end - in >= static_cast<std::ptrdiff_t>(byte_block::size)) {
    const byte_block block(in);
    std::copy_n(in, byte_block::size, out);
    const std::uint32_t escapes = block.equal_to('%') | block.equal_to('+');
    const auto plain = escapes == 0 ? byte_block::size : static_cast<std::size_t>(std::countr_zero(escapes));
    in += plain;
    out += plain;
    if (escapes != 0) in += decode_one({in, end}, plus, out++);
  }
  while (in != end) in += decode_one({in, end}, plus, out++);
  return static_cast<std::size_t>(out - begin);
}

}  // namespace buttond
