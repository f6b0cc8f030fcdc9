#include "common/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace buttond {
namespace {

/// ::ffff:0:0/96
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

address_bytes mapped_ipv4(const in_addr& four) noexcept {
  address_bytes address;
  std::ranges::copy(mapped_prefix, address.begin());
  std::memcpy(address.data() + mapped_prefix.size(), &four, sizeof four);
  return address;
}

std::optional<in_addr> ipv4_of(const address_bytes& address) noexcept {
  if (!std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin())) return std::nullopt;
  in_addr four;
  std::memcpy(&four, address.data() + mapped_prefix.size(), sizeof four);
  return four;
}

std::optional<address_bytes> address_of(const sockaddr_storage& socket) noexcept {
  if (socket.ss_family == AF_INET) return mapped_ipv4(reinterpret_cast<const sockaddr_in&>(socket).sin_addr);
  if (socket.ss_family != AF_INET6) return std::nullopt;
  address_bytes address;
  std::memcpy(address.data(), &reinterpret_cast<const sockaddr_in6&>(socket).sin6_addr, address.size());
  return address;
}

std::optional<address_bytes> parse_address(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> terminated;
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  *std::copy(text.begin(), text.end(), terminated.begin()) = '\0';
  address_bytes address{};
  if (inet_pton(AF_INET6, terminated.data(), address.data()) == 1) return address;
  in_addr four;
  if (inet_pton(AF_INET, terminated.data(), &four) != 1) return std::nullopt;
  return mapped_ipv4(four);
}

std::optional<network> network::parse(std::string_view text) noexcept {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool ipv4 = text.substr(0, slash).find(':') == std::string_view::npos;
  unsigned bits = ipv4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    unsigned given = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
    if (error != std::errc() || end != digits.data() + digits.size() || given > bits) return std::nullopt;
    bits = given;
  }
  network parsed;
  parsed.base_ = *address;
  parsed.bits_ = ipv4 ? bits + mapped_prefix.size() * 8 : bits;
  return parsed;
}

bool network::contains(const address_bytes& address) const noexcept {
  const std::size_t whole = bits_ / 8;
  if (std::memcmp(address.data(), base_.data(), whole) != 0) return false;
  if (whole == address.size()) return true;
  const auto mask = static_cast<std::uint8_t>(0xff00U >> (bits_ % 8));
  return ((address[whole] ^ base_[whole]) & mask) == 0;
}

}  // namespace buttond
