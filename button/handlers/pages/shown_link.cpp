#include "button/handlers/pages/shown_link.hpp"

#include "common/ascii.hpp"
#include "common/link_text.hpp"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace buttond {
namespace {

struct range {
  std::uint32_t first;
  std::uint32_t last;
};

/// Spaces, what is not seen, and what changes the direction of its neighbours (Unicode's White_Space,
/// Default_Ignorable_Code_Point and Bidi_Control, and controls).
constexpr std::array unseen{
    range{0x0, 0x20},        range{0x7F, 0xA0},       range{0xAD, 0xAD},       range{0x34F, 0x34F},
    range{0x61C, 0x61C},     range{0x115F, 0x1160},   range{0x1680, 0x1680},   range{0x17B4, 0x17B5},
    range{0x180B, 0x180F},   range{0x2000, 0x200F},   range{0x2028, 0x202F},   range{0x205F, 0x206F},
    range{0x2800, 0x2800},   range{0x3000, 0x3000},   range{0x3164, 0x3164},   range{0xE000, 0xF8FF},
    range{0xFE00, 0xFE0F},   range{0xFEFF, 0xFEFF},   range{0xFFA0, 0xFFA0},   range{0xFFF0, 0xFFFF},
    range{0x1BCA0, 0x1BCA3}, range{0x1D173, 0x1D17A}, range{0xE0000, 0x10FFFF}};

bool is_seen(std::uint32_t character) noexcept {
  return std::ranges::none_of(
      unseen, [character](const range& each) { return each.first <= character && character <= each.last; });
}

void append_encoded(std::string& out, std::string_view bytes) {
  for (const char byte : bytes)
    fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(byte));
}

/// Appends `text`, which is UTF-8.
void append_seen_utf8(std::string& out, std::string_view text) {
  for (const char *at = text.data(), *const end = at + text.size(); at != end;) {
    const char* const begin = at;
    const bool seen = is_seen(utf8::unchecked::next(at));
    const std::string_view character(begin, static_cast<std::size_t>(at - begin));
    if (seen)
      out += character;
    else
      append_encoded(out, character);
  }
}

void append_seen(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t valid = utf8::find_invalid(text);
    append_seen_utf8(out, text.substr(0, valid));
    if (valid == text.npos) return;
    append_encoded(out, text.substr(valid, 1));
    text.remove_prefix(valid + 1);
  }
}

/// As the URL standard begins to read: what it passes over at the ends and within is gone.
std::string as_browsers_begin(std::string_view url) {
  std::string out(without_blanks(url));
  std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return out;
}

/// Whether something comes behind a leading "www.", which may be the whole host too.
bool has_www(std::string_view authority) noexcept {
  return starts_with_ignoring_case(authority, "www.") && authority.size() > 4 && authority[4] != ':';
}

}  // namespace

shown_link show_link(std::string_view url, std::string_view site) {
  const std::string clean = as_browsers_begin(url);
  std::string_view rest = clean;
  shown_link shown{starts_with_ignoring_case(rest, "http:") ? "http://" : "https://", {}, {}};
  for (const std::string_view scheme : {"http:", "https:"})
    if (starts_with_ignoring_case(rest, scheme)) rest.remove_prefix(scheme.size());
  while (!rest.empty() && (rest.front() == '/' || rest.front() == '\\')) rest.remove_prefix(1);
  std::string_view authority = rest.substr(0, rest.find_first_of("/\\?#"));
  rest.remove_prefix(authority.size());
  if (const auto at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
  if (has_www(authority) && !site.starts_with("www.")) shown.host = "www.";
  shown.host += site;
  append_seen(shown.rest, rest);
  return shown;
}

}  // namespace buttond
