#include "button/handlers/pages/url_template.hpp"

#include "button/handlers/pages/escape.hpp"
#include "common/error.hpp"
#include "common/shortened.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
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

constexpr std::size_t longest_template = 500;

std::size_t encoded_size(std::string_view text) {
  return boost::urls::encoded_size(text, boost::urls::unreserved_chars);
}

/// The first characters of `text` that take at most `most` bytes when they are encoded.
std::string_view encoded_within(std::string_view text, std::size_t most) {
  std::size_t end = 0;
  while (end < text.size()) {
    std::size_t next = end + 1;
    while (next < text.size() && continues_character(text[next])) ++next;
    const auto size = encoded_size(text.substr(end, next - end));
    if (size > most) break;
    most -= size;
    end = next;
  }
  return text.substr(0, end);
}

}  // namespace

bool fit_into_address(shared_page& page, std::string& words) {
  std::size_t room = room_in_address;
  const auto goes_in = [&room](std::string_view text) {
    const auto size = encoded_size(text);
    if (size > room) return false;
    room -= size;
    return true;
  };
  const bool fits = goes_in(page.url);
  for (auto* whole : {&page.server, &page.via, &page.picture})
    if (!goes_in(*whole)) *whole = {};
  if (goes_in(page.text)) return fits;
  const auto sign = encoded_size(ellipsis);
  words.clear();
  if (room >= sign) words.append(encoded_within(page.text, room - sign)).append(ellipsis);
  page.text = words;
  return fits;
}

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
    if (next.value == &shared_page::server)
      out += page.server;
    else if (next.value != nullptr)
      append_component(out, page.*next.value);
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
  if (text.size() > longest_template) {
    throw startup_error(fmt::format("{} is longer than {} bytes", text, longest_template));
  }
  if (text.find("{server}") != text.npos) {
    throw startup_error(
        fmt::format("{} asks for {{server}}, which only a place of the share page knows", text));
  }
  return url_template(text);
}

}  // namespace buttond
