#pragma once
// An IP network in CIDR notation ("10.0.0.0/8", "fd00::/8", one address alone), for --trusted-proxy and for
// telling private hosts. IPv4 is held as IPv4-mapped IPv6, so one comparison serves both.

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace buttond {

using address_bytes = std::array<std::uint8_t, 16>;

/// An IPv4 address as an IPv4-mapped IPv6 address, "::ffff:192.0.2.1" (RFC 4291 section 2.5.5.2).
address_bytes mapped_ipv4(const in_addr& four) noexcept;

/// The IPv4 address of which `address` is the mapped form; nothing where it is of IPv6 itself.
std::optional<in_addr> ipv4_of(const address_bytes& address) noexcept;

/// The address of a socket; nothing where it has none (a Unix socket).
std::optional<address_bytes> address_of(const sockaddr_storage& socket) noexcept;

/// An IPv4 or IPv6 address in text (no port, no brackets); nothing for what is not one.
std::optional<address_bytes> parse_address(std::string_view text) noexcept;

class network {
 public:
  /// Nothing for what is not a network.
  static std::optional<network> parse(std::string_view text) noexcept;

  bool contains(const address_bytes& address) const noexcept;

 private:
  address_bytes base_{};
  unsigned bits_ = 128;  // of the mapped form
};

}  // namespace buttond
