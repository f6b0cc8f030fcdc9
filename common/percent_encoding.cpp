#include "common/percent_encoding.hpp"

#include "common/ascii.hpp"

#include <boost/url/grammar/hexdig_chars.hpp>

#include <algorithm>
#include <cstdint>

namespace buttond {
namespace {

/// Copies eight bytes; returns how many of them stand before the first '%' or '+'.
std::size_t copy_until_escape(const char* from, char* to) noexcept {
  std::copy_n(from, 8, to);
  const std::uint64_t word = load_word(from);
  const std::uint64_t percent = word ^ (each_byte * '%');
  const std::uint64_t plus = word ^ (each_byte * '+');
  // A byte that is 0 here borrows, which sets its top bit; only the bytes after it can be taken for one.
  return bytes_before_top_bit(((percent - each_byte) & ~percent) | ((plus - each_byte) & ~plus));
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
    // What is no escape is copied as it is: eight bytes at a time, of which those before the next '%' count.
    // The output is never ahead of the input, so eight bytes that are left there fit here.
    if (text.size() >= 8) {
      const std::size_t plain = copy_until_escape(text.data(), out);
      out += plain;
      text.remove_prefix(plain);
      if (plain == 8) continue;
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
