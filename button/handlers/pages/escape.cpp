#include "button/handlers/pages/escape.hpp"

#include "common/char_table.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/grammar/lut_chars.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <utf8.h>

#include <cstddef>

namespace buttond {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Whether `text`, which is UTF-8, begins with U+FFFE or U+FFFF: characters to UTF-8, none to XML
/// (section 2.2).
bool begins_with_no_character(std::string_view text) noexcept {
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
}

constexpr bool is_escaped(char c) noexcept {
  const bool is_control = (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7F';
  return is_control || std::string_view("&<>\"'").find(c) != std::string_view::npos;
}

/// All that stays as it is; what begins with 0xEF may not.
constexpr char_table plain_chars(boost::urls::grammar::lut_chars([](char c) {
  return !is_escaped(c) && c != '\xEF';
}));

std::string_view escape_of(char c) noexcept {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return replacement;
  }
}

/// Appends `text`, which is UTF-8.
void append_escaped_utf8(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t plain = plain_chars.prefix_size(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    if (begins_with_no_character(text)) {
      out += replacement;
      text.remove_prefix(3);
    } else {
      out += is_escaped(text.front()) ? escape_of(text.front()) : text.substr(0, 1);
      text.remove_prefix(1);
    }
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t valid = utf8::find_invalid(text);
    append_escaped_utf8(out, text.substr(0, valid));
    if (valid == text.npos) return;
    out += replacement;
    text.remove_prefix(valid + 1);
  }
}

void append_component(std::string& out, std::string_view text) {
  const std::size_t before = out.size();
  out.resize(before + boost::urls::encoded_size(text, boost::urls::unreserved_chars));
  boost::urls::encode(out.data() + before, out.size() - before, text, boost::urls::unreserved_chars);
}

}  // namespace buttond
