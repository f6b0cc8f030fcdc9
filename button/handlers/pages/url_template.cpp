#include "button/handlers/pages/url_template.hpp"

#include "button/handlers/pages/escape.hpp"
#include "common/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace buttond {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view shared_page::*>, 5> known_fields{
    {{"url", &shared_page::url},
     {"text", &shared_page::text},
     {"via", &shared_page::via},
     {"picture", &shared_page::picture},
     {"server", &shared_page::server}}};

}  // namespace

url_template::url_template(std::string_view text) {
  const std::string_view whole = text;
  bool has_url = false;
  while (true) {
    const auto open = text.find_first_of("{}");
    if (open == text.npos) break;
    const auto close = text.find('}', open);
    if (text[open] == '}' || close == text.npos) {
      throw startup_error(fmt::format("{} has an unpaired brace", whole));
    }
    const auto name = text.substr(open + 1, close - open - 1);
    const auto* const known =
        std::ranges::find(known_fields, name, &std::pair<std::string_view, field>::first);
    if (known == known_fields.end()) {
      throw startup_error(fmt::format(
          "{} asks for {{{}}}; there are {{url}}, {{text}}, {{via}} and {{picture}}", whole, name));
    }
    has_url = has_url || name == "url";
    pieces_.push_back({std::string(text.substr(0, open)), known->second});
    text.remove_prefix(close + 1);
  }
  if (!has_url)
    throw startup_error(fmt::format("{} has no {{url}}, so the shared page would be lost", whole));
  pieces_.push_back({std::string(text), nullptr});
}

std::string url_template::expand(const shared_page& page) const {
  std::string out;
  for (const piece& next : pieces_) {
    out += next.literal;
    if (next.value != nullptr) append_component(out, page.*next.value);
  }
  return out;
}

url_template parse_composer_url(std::string_view text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) {
    throw startup_error(
        fmt::format("{} must begin with https:// or http://, for example "
                    "https://example.com/share?url={{url}}&text={{text}}",
                    text));
  }
  if (std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c >= 0x7F; })) {
    throw startup_error(
        fmt::format("{} must not hold spaces, control characters or anything past ASCII", text));
  }
  if (text.find("{server}") != text.npos) {
    throw startup_error(
        fmt::format("{} asks for {{server}}, which only a place of the share page knows", text));
  }
  return url_template(text);
}

}  // namespace buttond
