#include "common/percent_encoding.hpp"

#include "common/byte_block.hpp"

#include <boost/url/grammar/hexdig_chars.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace buttond {
namespace {

/// Copies a block; returns how many of its bytes stand before the first '%' or '+'.
std::size_t copy_until_escape(const char* from, char* to) noexcept {
  std::copy_n(from, byte_block::size, to);
  const byte_block block(from);
  const std::uint32_t escapes = block.in_range('%', '%') | block.in_range('+', '+');
  return std::min(static_cast<std::size_t>(std::countr_zero(escapes)), byte_block::size);
}

}  // namespace

int percent_decoded(std::string_view text) noexcept {
  if (text.size() < 3 || text[0] != '%') return -1;
  const auto high = boost::urls::grammar::hexdig_value(text[1]);
  const auto low = boost::urls::grammar::hexdig_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::size_t decode_percent(std::string_view text, plus_sign plus, char* out) noexcept {
  char* const begin = out;
  while (!text.empty()) {
    // What is no escape is copied as it is: a block at a time, of which the bytes before the next '%' count.
    // The output is never ahead of the input, so a block that is left there fits here.
    if (text.size() >= byte_block::size) {
      const std::size_t plain = copy_until_escape(text.data(), out);
      out += plain;
      text.remove_prefix(plain);
      if (plain == byte_block::size) continue;
    }
    const int byte = percent_decoded(text);
    if (byte >= 0) {
      *out++ = static_cast<char>(byte);
      text.remove_prefix(3);
      continue;
    }
    *out++ = text[0] == '+' && plus == plus_sign::as_space ? ' ' : text[0];
    text.remove_prefix(1);
  }
  return static_cast<std::size_t>(out - begin);
}

}  // namespace buttond
