#include "button/http/proxy_protocol.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace buttond::http {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view signature_v2 = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::string_view signature_v1 = "PROXY "sv;
constexpr std::size_t longest_v1 = 107;  // with its CRLF, as the specification counts it
constexpr std::size_t fixed_v2 = 16;

constexpr proxy_header bad{proxy_header::state::bad, 0, std::nullopt};
constexpr proxy_header incomplete{proxy_header::state::incomplete, 0, std::nullopt};

bool begins_alike(std::string_view input, std::string_view signature) noexcept {
  const std::size_t common = std::min(input.size(), signature.size());
  return input.substr(0, common) == signature.substr(0, common);
}

std::string_view next_word(std::string_view& rest) noexcept {
  const auto space = rest.find(' ');
  const std::string_view word = rest.substr(0, space);
  rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
  return word;
}

bool is_port(std::string_view text) noexcept {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return !text.empty() && error == std::errc() && end == text.data() + text.size() && port <= 65535;
}

proxy_header parse_v1(std::string_view input) noexcept {
  const auto end = input.substr(0, longest_v1).find("\r\n");
  if (end == std::string_view::npos) return input.size() >= longest_v1 ? bad : incomplete;
  proxy_header header{proxy_header::state::complete, end + 2, std::nullopt};
  std::string_view rest = input.substr(signature_v1.size(), end - signature_v1.size());
  const std::string_view family = next_word(rest);
  if (family == "UNKNOWN") return header;
  if (family != "TCP4" && family != "TCP6") return bad;
  const std::string_view source = next_word(rest);
  const std::string_view destination = next_word(rest);
  const std::string_view source_port = next_word(rest);
  const bool six = source.find(':') != std::string_view::npos;
  header.client = parse_address(source);
  if (!header.client || six != (family == "TCP6") || !parse_address(destination) || !is_port(source_port) ||
      !is_port(rest))
    return bad;
  return header;
}

proxy_header parse_v2(std::string_view input) noexcept {
  if (input.size() < fixed_v2) return incomplete;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(input[at]); };
  const std::size_t length = std::size_t{byte(14)} << 8U | byte(15);
  const std::uint8_t version = byte(12) >> 4U;
  const std::uint8_t command = byte(12) & 0x0fU;
  const std::uint8_t family = byte(13) >> 4U;
  if (version != 2 || command > 1 || fixed_v2 + length > max_proxy_header_bytes) return bad;
  if (input.size() < fixed_v2 + length) return incomplete;
  proxy_header header{proxy_header::state::complete, fixed_v2 + length, std::nullopt};
  constexpr std::uint8_t local = 0;
  constexpr std::uint8_t inet = 1;
  constexpr std::uint8_t inet6 = 2;
  if (command == local) return header;
  if (family == inet) {
    if (length < 12) return bad;
    in_addr address;
    std::memcpy(&address, input.data() + fixed_v2, sizeof address);
    header.client = mapped_ipv4(address);
  } else if (family == inet6) {
    if (length < 36) return bad;
    address_bytes address;
    std::memcpy(address.data(), input.data() + fixed_v2, address.size());
    header.client = address;
  }
  return header;
}

}  // namespace

proxy_header parse_proxy_header(std::string_view input) noexcept {
  if (begins_alike(input, signature_v2))
    return input.size() < signature_v2.size() ? incomplete : parse_v2(input);
  if (begins_alike(input, signature_v1))
    return input.size() < signature_v1.size() ? incomplete : parse_v1(input);
  return bad;
}

}  // namespace buttond::http
