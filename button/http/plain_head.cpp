#include "button/http/plain_head.hpp"

#include "common/ascii.hpp"
#include "common/byte_block.hpp"
#include "common/char_table.hpp"

#include <boost/url/grammar/alnum_chars.hpp>

#include <bit>
#include <cstdint>

namespace buttond::http {
namespace {

/// RFC 9110 section 5.6.2.
constexpr char_table token_chars =
    char_table(boost::urls::grammar::lut_chars(boost::urls::grammar::alnum_chars) +
               boost::urls::grammar::lut_chars("!#$%&'*+-.^_`|~"));

/// Takes a line from `rest`, which must be printable and end in CR LF; else returns false.
bool take_line(std::string_view& rest, std::string_view& line) noexcept {
  const std::size_t size = printable_size(rest);
  if (rest.size() - size < 2 || rest[size] != '\r' || rest[size + 1] != '\n') return false;
  line = {rest.data(), size};
  rest.remove_prefix(size + 2);
  return true;
}

/// The size of the token that the line at `begin` begins with; `end` is that of the input. What ends the line
/// is no part of a token, so nothing else needs to stop.
std::size_t token_size(const char* begin, const char* end) noexcept {
  const char* at = begin;
  if (end - begin >= static_cast<std::ptrdiff_t>(byte_block::size)) {
    const byte_block block(begin);
    const std::uint32_t usual =
        block.with_bits(0x20).in_range('a', 'z') | block.in_range('0', '9') | block.in_range('-', '-');
    at += std::countr_one(usual);
  }
  while (token_chars(*at)) ++at;
  return static_cast<std::size_t>(at - begin);
}

bool read_request_line(std::string_view line, request& into) noexcept {
  if (line.starts_with("GET ")) {
    into.verb = method::get;
    line.remove_prefix(4);
  } else if (line.starts_with("HEAD ")) {
    into.verb = method::head;
    line.remove_prefix(5);
  } else {
    return false;
  }
  constexpr std::string_view version = " HTTP/1.1";
  if (!line.ends_with(version)) return false;
  line.remove_suffix(version.size());
  into.target = line;
  return !line.empty() && line.find(' ') == std::string_view::npos;
}

/// Whether a field leaves it open how the message ends, or the connection.
bool leaves_end_plain(known_field field, std::string_view value) noexcept {
  switch (field) {
    case known_field::connection:
      return equals_ignoring_case(value, "keep-alive");
    case known_field::proxy_connection:
    case known_field::content_length:
    case known_field::transfer_encoding:
    case known_field::expect:
      return false;
    default:
      return true;
  }
}

std::string_view without_spaces(std::string_view value) noexcept {
  while (value.starts_with(' ')) value.remove_prefix(1);
  while (value.ends_with(' ')) value.remove_suffix(1);
  return value;
}

}  // namespace

plain_head read_plain_head(std::string_view input, request& into, request_fields& fields) noexcept {
  std::string_view rest = input;
  std::string_view text;
  if (!take_line(rest, text) || !read_request_line(text, into)) return {};
  const std::size_t line = input.size() - rest.size();
  while (take_line(rest, text)) {
    if (text.empty()) return {line, input.size() - rest.size()};
    const std::size_t name_size = token_size(text.data(), input.data() + input.size());
    if (name_size == 0 || name_size == text.size() || text[name_size] != ':') return {};
    const known_field field = field_of(text.substr(0, name_size));
    if (field == known_field::other) continue;
    const std::string_view value = without_spaces(text.substr(name_size + 1));
    if (!leaves_end_plain(field, value)) return {};
    fields.take(field, value);
  }
  return {};
}

}  // namespace buttond::http
