#pragma once
// Where to listen, as flags say it: "ADDR:PORT", "[ADDR]:PORT", ":PORT" for every address of the machine
// (IPv4 and IPv6 on one socket, as systemd's ListenStream=PORT has it), or "unix:PATH".

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <string>

namespace buttond::http {

struct listen_address {
  sockaddr_storage socket{};  // of AF_INET, AF_INET6 or AF_UNIX
  socklen_t length = 0;
  bool both_families = false;  // ":PORT": what is bound to [::] takes IPv4 too

  const sockaddr* raw() const noexcept { return reinterpret_cast<const sockaddr*>(&socket); }
  bool is_unix() const noexcept { return socket.ss_family == AF_UNIX; }

  /// Of a Unix socket.
  std::string path() const { return reinterpret_cast<const sockaddr_un&>(socket).sun_path; }

  /// 0 is any that is free, and for a Unix socket.
  std::uint16_t port() const noexcept;

  /// Whether it is every address of its family.
  bool is_wildcard() const noexcept;
};

/// Throws startup_error that says, without the flag, what is wrong and what would do.
listen_address parse_listen_address(const std::string& text);

/// The address that a socket is bound to.
listen_address bound_address(int fd) noexcept;

/// Whether not both can be listened on: one address and port, or a wildcard and an address that it covers.
bool overlap(const listen_address& a, const listen_address& b) noexcept;

/// Whether people outside the own networks may reach it: it is neither a Unix socket nor a loopback, private
/// or link-local address.
bool is_public(const listen_address& address) noexcept;

}  // namespace buttond::http
