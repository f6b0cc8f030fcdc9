#include "button/handlers/pages/escape.hpp"

#include <boost/url/encode.hpp>
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

/// Appends `text`, which is UTF-8.
void append_escaped_utf8(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else if ((c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7F') {
      out += replacement;
    } else if (c == '\xEF' && begins_with_no_character(text.substr(at))) {
      out += replacement;
      at += 2;
    } else {
      out += c;
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
