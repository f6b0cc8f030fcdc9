#include "common/link_text.hpp"

#include "common/percent_encoding.hpp"

#include <boost/url/grammar/alnum_chars.hpp>
#include <boost/url/grammar/alpha_chars.hpp>
#include <boost/url/grammar/digit_chars.hpp>
#include <boost/url/grammar/hexdig_chars.hpp>
#include <utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace buttond {
namespace {

using namespace std::string_view_literals;
namespace grammar = boost::urls::grammar;

bool is_line_end(char c) noexcept {
  return c == '\t' || c == '\n' || c == '\r';
}

bool is_slash(char c) noexcept {
  return c == '/' || c == '\\';
}

std::string_view without_slashes(std::string_view url) noexcept {
  while (!url.empty() && is_slash(url.front())) url.remove_prefix(1);
  return url;
}

/// Whether `text`, which follows a ':', is a port.
bool begins_with_port(std::string_view text) noexcept {
  const auto end = std::ranges::find_if_not(text, grammar::digit_chars);
  return end != text.begin() && (end == text.end() || is_slash(*end) || *end == '?' || *end == '#');
}

/// Takes the first character of `text`, percent-encoded or not: keys spell both alike, so a reference must
/// not come to light only in one. NUL at its end.
char take_character(std::string_view& text) noexcept {
  if (text.empty()) return '\0';
  const int byte = percent_decoded(text);
  const char c = byte < 0 ? text.front() : static_cast<char>(byte);
  text.remove_prefix(byte < 0 ? 1 : 3);
  return c;
}

struct reference {
  std::size_t size = 0;  // of what follows the '&'; 0: this is no reference
  char32_t character = 0;
};

constexpr char32_t no_character = 0x110000;

reference number_reference(std::string_view text) noexcept {
  std::string_view rest = text;
  take_character(rest);  // '#'
  char c = take_character(rest);
  const bool is_hexadecimal = c == 'x' || c == 'X';
  if (is_hexadecimal) c = take_character(rest);
  const auto is_digit = [&](char digit) {
    return is_hexadecimal ? grammar::hexdig_chars(digit) : grammar::digit_chars(digit);
  };
  if (!is_digit(c)) return {};
  char32_t character = 0;
  for (; is_digit(c); c = take_character(rest)) {
    const auto value = static_cast<char32_t>(grammar::hexdig_value(c));
    character = std::min<char32_t>(character * (is_hexadecimal ? 16 : 10) + value, no_character);
  }
  if (c != ';') return {};
  return {text.size() - rest.size(), character};
}

reference named_reference(std::string_view text) noexcept {
  constexpr auto names = std::to_array<std::pair<std::string_view, char32_t>>(
      {{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}});
  for (const auto& [name, character] : names) {
    std::string_view rest = text;
    if (std::ranges::all_of(name, [&](char c) { return ascii_lower(take_character(rest)) == c; }))
      return {text.size() - rest.size(), character};
  }
  return {};
}

/// Whether a template had a reason to write `character` as a reference. Not those of which a reference or an
/// escape is made, nor a blank: what is decoded must not be undone in another way if it comes again.
bool is_escaped_in_html(char32_t character) noexcept {
  if (character >= 0xA0) return character < no_character && (character < 0xD800 || character > 0xDFFF);
  const auto c = static_cast<char>(character);
  return character > 0x20 && character < 0x7F && !grammar::alnum_chars(c) && c != '#' && c != ';' && c != '%';
}

/// The reference that `text`, which follows an '&', begins with.
reference find_reference(std::string_view text) noexcept {
  std::string_view rest = text;
  const reference found = take_character(rest) == '#' ? number_reference(text) : named_reference(text);
  return is_escaped_in_html(found.character) ? found : reference{};
}

}  // namespace

std::string_view without_blanks(std::string_view url) noexcept {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!url.empty() && is_blank(url.front())) url.remove_prefix(1);
  while (!url.empty() && is_blank(url.back())) url.remove_suffix(1);
  return url;
}

std::string_view without_line_ends(std::string_view url, key_buffer& buffer) noexcept {
  if (!has_control_character(url)) return url;
  return {buffer.begin(), std::ranges::remove_copy_if(url, buffer.begin(), is_line_end).out};
}

std::string_view decoded_again(std::string_view url, key_buffer& buffer) noexcept {
  if (!starts_with_ignoring_case(url, "http")) return url;
  std::string_view after = url.substr(4);
  if (!after.empty() && ascii_lower(after.front()) == 's') after.remove_prefix(1);
  if (!starts_with_ignoring_case(after, "%3a") && !after.starts_with("%25")) return url;
  key_buffer encoded;  // what is decoded must lie elsewhere
  const std::string_view text(encoded.data(), url.copy(encoded.data(), encoded.size()));
  return {buffer.data(), decode_percent(text, plus_sign::as_space, buffer.data())};
}

std::string_view without_references(std::string_view url, key_buffer& buffer) noexcept {
  // Each ends in a ';', which everyday links have none of, also not as "%3B".
  if (url.find(';') == std::string_view::npos && url.find("%3") == std::string_view::npos) return url;
  char* out = buffer.data();
  std::size_t done = 0;  // so much of `url` is written
  for (auto at = url.find('&'); at != std::string_view::npos; at = url.find('&', at)) {
    const std::size_t begin = at++;
    reference found = find_reference(url.substr(at));
    if (found.size == 0) continue;
    at += found.size;
    // "&amp;amp;" is what was written as a reference twice.
    for (reference next = found; next.size != 0 && found.character == '&'; at += next.size) {
      next = find_reference(url.substr(at));
      if (next.size != 0) found = next;
    }
    out = std::copy(url.data() + done, url.data() + begin, out);
    out = utf8::unchecked::append(found.character, out);
    done = at;
  }
  if (done == 0) return url;
  return {buffer.data(), std::copy(url.data() + done, url.data() + url.size(), out)};
}

result<scheme_and_rest> split_scheme(std::string_view url) noexcept {
  for (const std::string_view scheme : {"https"sv, "http"sv}) {
    if (!starts_with_ignoring_case(url, scheme) || !url.substr(scheme.size()).starts_with(':')) continue;
    const std::string_view after = url.substr(scheme.size() + 1);
    if (!begins_with_port(after)) return scheme_and_rest{scheme, without_slashes(after)};
  }
  if (url.size() > 1 && is_slash(url[0]) && is_slash(url[1]))
    return scheme_and_rest{{}, without_slashes(url)};

  const auto scheme_end = std::ranges::find_if_not(
      url, [](char c) { return grammar::alnum_chars(c) || c == '+' || c == '-' || c == '.'; });
  const bool is_scheme = scheme_end != url.begin() && scheme_end != url.end() && *scheme_end == ':' &&
                         grammar::alpha_chars(url.front()) && !begins_with_port({scheme_end + 1, url.end()});
  if (is_scheme) return errc::url_scheme;
  return scheme_and_rest{{}, url};
}

std::string_view without_empty_credentials(std::string_view rest) noexcept {
  for (const std::string_view empty : {"@"sv, ":@"sv})
    if (rest.starts_with(empty)) return rest.substr(empty.size());
  return rest;
}

std::string whole_link(std::string_view url) {
  key_buffer buffer;
  no_observer nobody;
  const std::string_view mended = mended_link(url, buffer, nobody);
  const auto split = split_scheme(mended);
  if (!split) return std::string(url);
  std::string link(split->scheme.empty() ? "https" : split->scheme);
  (link += "://") += without_empty_credentials(split->rest);
  const auto path_end = link.begin() + static_cast<std::ptrdiff_t>(size_until(link, '?', '#'));
  std::replace(link.begin(), path_end, '\\', '/');
  return link;
}

}  // namespace buttond
