#include "button/store/mongodb_uri.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace buttond {
namespace {

std::string encode(std::string_view what) {
  return fmt::format(
      "{}; percent-encode user name and password: \"@\" is %40, \":\" is %3A, \"/\" is %2F, \"?\" is %3F, "
      "\"#\" "
      "is %23, \"%\" is %25",
      what);
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_hex_digit(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool has(std::string_view text, char what) noexcept {
  return text.find(what) != text.npos;
}

/// Whether each "%" begins the encoding of a byte.
bool is_encoded(std::string_view text) noexcept {
  for (auto at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    const auto digits = text.substr(at + 1, 2);
    if (digits.size() < 2 || !std::ranges::all_of(digits, is_hex_digit)) return false;
  }
  return true;
}

/// "HOST", "HOST:PORT" or "[IPv6]:PORT".
bool is_host(std::string_view host) noexcept {
  const auto name_end = host.starts_with('[') ? host.find(']') : 0;
  if (host.empty() || name_end == host.npos) return false;
  const auto colon = host.find(':', name_end);
  if (colon == 0) return false;
  if (colon == host.npos) return true;
  const auto port = host.substr(colon + 1);
  return !port.empty() && port.size() <= 5 && std::ranges::all_of(port, is_digit);
}

}  // namespace

std::string fault_of_authority(std::string_view uri) {
  const auto rest = uri.substr(uri.find("://") + 3);
  const auto end = std::min(rest.find_first_of("/?#"), rest.size());
  const auto authority = rest.substr(0, end);
  const auto behind = rest.substr(end);
  const auto ats = std::ranges::count(authority, '@');
  if (ats > 1) return encode("it has more than one \"@\" before its hosts");
  // An option may have one; but then, what follows it is no database.
  const auto no_option = behind.starts_with('/') ? behind.substr(0, behind.find('?')) : behind;
  const bool before_hosts = ats == 0 && has(behind, '@') && has(behind.substr(behind.rfind('@')), '/');
  if (has(no_option, '@') || before_hosts)
    return encode(fmt::format("it has an \"@\" behind the first \"{}\"", behind.front()));

  const auto credentials = authority.substr(0, ats == 0 ? 0 : authority.find('@'));
  if (std::ranges::count(credentials, ':') > 1) return encode("it has more than one \":\" before its \"@\"");
  if (!is_encoded(credentials)) return encode("it has a \"%\" that begins no encoding");

  auto hosts = authority.substr(ats == 0 ? 0 : authority.find('@') + 1);
  if (hosts.empty()) return "it names no host";
  for (;;) {
    const auto comma = hosts.find(',');
    if (!is_host(hosts.substr(0, comma))) {
      return "one of its hosts is neither HOST nor HOST:PORT, with a number for PORT; a user is written "
             "before "
             "them, as in mongodb://USER:PASSWORD@HOST/DATABASE";
    }
    if (comma == hosts.npos) return {};
    hosts.remove_prefix(comma + 1);
  }
}

// The driver writes: Unsupported value for "key": "value"; and: Unsupported w value [w=value].
std::string without_values(std::string_view message) {
  if (message.ends_with("contains no \"=\" sign")) return "one of its options has no \"=\"";
  const auto opening = message.find_first_of("\"'[");
  if (opening == message.npos) return std::string{message};
  const auto closing = message.find(message[opening], opening + 1);
  const auto name = message.substr(opening + 1, closing - opening - 1);
  const bool is_name = closing != message.npos && !name.empty() && std::ranges::all_of(name, is_letter);
  return std::string{message.substr(0, is_name ? closing + 1 : opening)};
}

}  // namespace buttond
