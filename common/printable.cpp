#include "common/printable.hpp"

#include "common/ascii.hpp"

#include <fmt/format.h>
#include <utf8.h>

#include <iterator>

namespace buttond {
namespace {

/// Sources: Unicode 15, UAX 9 (table 4: explicit and implicit marks), and section 23.7 (noncharacters).
constexpr bool is_unseen(char32_t c) noexcept {
  const bool is_separator = c == 0x2028 || c == 0x2029;
  const bool turns = c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
                     (c >= 0x2066 && c <= 0x2069);
  const bool is_noncharacter = (c & 0xFFFEU) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  return is_separator || turns || is_noncharacter || c == 0xFEFF;
}

void append_byte(std::string& out, unsigned code) {
  fmt::format_to(std::back_inserter(out), "\\x{:02x}", code);
}

void append_valid(std::string& out, std::string_view text) {
  for (auto at = text.begin(); at != text.end();) {
    const auto first = at;
    const auto c = static_cast<char32_t>(utf8::unchecked::next(at));
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
      append_byte(out, static_cast<unsigned>(c));
    } else if (is_unseen(c)) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<unsigned>(c));
    } else {
      out.append(first, at);
    }
  }
}

}  // namespace

std::string printable(std::string_view text) {
  if (unprintable_bytes(text).next() == text.size()) return std::string(text);
  std::string out;
  for (;;) {
    const std::size_t valid = utf8::find_invalid(text);
    append_valid(out, text.substr(0, valid));
    if (valid == text.npos) return out;
    append_byte(out, static_cast<unsigned char>(text[valid]));
    text.remove_prefix(valid + 1);
  }
}

}  // namespace buttond
