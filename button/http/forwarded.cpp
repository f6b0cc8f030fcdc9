#include "button/http/forwarded.hpp"

#include "common/ascii.hpp"

#include <algorithm>

namespace buttond::http {
namespace {

/// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711".
std::optional<address_bytes> parse_entry(std::string_view entry) noexcept {
  if (!entry.empty() && entry.front() == '[') {
    const auto end = entry.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view after = entry.substr(end + 1);
    if (!after.empty() && after.front() != ':') return std::nullopt;
    return parse_address(entry.substr(1, end - 1));
  }
  const auto colon = entry.find(':');
  const bool one_colon =
      colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos;
  return parse_address(one_colon ? entry.substr(0, colon) : entry);
}

}  // namespace

bool is_in(std::span<const network> networks, const address_bytes& address) noexcept {
  return std::any_of(networks.begin(), networks.end(), [&](const network& n) { return n.contains(address); });
}

std::optional<address_bytes> forwarded_client(const forwarded_lines& lines,
                                              std::span<const network> trusted) {
  std::optional<address_bytes> nearest;
  for (std::size_t back = 0; back < lines.size(); ++back) {
    std::string_view rest = lines.from_end(back);
    while (!rest.empty()) {
      const auto comma = rest.rfind(',');
      const std::string_view entry =
          trimmed<' ', '\t'>(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
      if (entry.empty()) continue;  // an empty list element means nothing (RFC 9110 section 5.6.1)
      nearest = parse_entry(entry);
      if (!nearest || !is_in(trusted, *nearest)) return nearest;
    }
  }
  return nearest;
}

}  // namespace buttond::http
