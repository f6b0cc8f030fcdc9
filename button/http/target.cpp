#include "button/http/target.hpp"

#include "common/ascii.hpp"
#include "common/byte_block.hpp"
#include "common/network.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace buttond::http {
namespace {

/// unreserved / pct-encoded / sub-delims without the comma (RFC 3986 section 3.2.2).
constexpr auto name_characters = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  for (const char c : std::string_view("-._~%!$&'()*+;=")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

/// How many letters, digits, hyphens and dots `text` begins with; no more than a block is looked at.
std::size_t usual_name_size(std::string_view text) noexcept {
  const byte_block small = byte_block::padded(text).with_bits(0x20);
  return prefix_of(small.small_letters_and_digits() | small.in_range('-', '.'));
}

bool is_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Takes "http://" or "https://", in any case, off the front.
bool take_scheme(std::string_view& target) noexcept {
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (!starts_with_ignoring_case(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    return true;
  }
  return false;
}

}  // namespace

bool is_host(std::string_view text) noexcept {
  if (text.empty() || text.size() > 255 + 6) return false;
  std::string_view port;
  if (text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view address = text.substr(1, end - 1);
    if (address.find(':') == std::string_view::npos || !parse_address(address)) return false;
    port = text.substr(end + 1);
    return port.empty() || (port.front() == ':' && is_digits(port.substr(1)));
  }
  std::size_t at = usual_name_size(text);
  while (at < text.size() && name_characters[static_cast<unsigned char>(text[at])]) ++at;
  if (at == 0) return false;
  if (at == text.size()) return true;
  return text[at] == ':' && is_digits(text.substr(at + 1));
}

bool split_target(request& of) noexcept {
  std::string_view rest = of.target;
  if (rest.front() != '/') {
    if (rest == "*") {
      of.path = rest;
      return of.verb == method::options;
    }
    if (!take_scheme(rest)) return false;
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    of.host = rest.substr(0, end);
    if (!is_host(of.host)) return false;
    rest.remove_prefix(end);
  }
  const auto mark = rest.find('?');
  of.path = rest.substr(0, mark);
  if (of.path.empty()) of.path = "/";
  of.query = mark == std::string_view::npos ? std::string_view() : rest.substr(mark + 1);
  return true;
}

}  // namespace buttond::http
