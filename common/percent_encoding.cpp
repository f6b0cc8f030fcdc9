#include "common/percent_encoding.hpp"

#include <boost/url/grammar/hexdig_chars.hpp>

namespace buttond {

int percent_decoded(std::string_view text) noexcept {
  if (text.size() < 3 || text[0] != '%') return -1;
  const auto high = boost::urls::grammar::hexdig_value(text[1]);
  const auto low = boost::urls::grammar::hexdig_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::size_t decode_percent(std::string_view text, plus_sign plus, char* out) noexcept {
  char* const begin = out;
  while (!text.empty()) {
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
