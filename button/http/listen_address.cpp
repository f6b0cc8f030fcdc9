#include "button/http/listen_address.hpp"

#include "common/error.hpp"
#include "common/masked_uri.hpp"
#include "common/network.hpp"
#include "common/shortened.hpp"

#include <fmt/format.h>

#include <netdb.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

namespace buttond::http {
namespace {

constexpr std::string_view unix_prefix = "unix:";

startup_error refuse(const std::string& text, std::string_view why) {
  const bool is_uri = text.find("://") != std::string::npos;  // a store's, perhaps, with its password
  return startup_error(fmt::format("'{}' {}", is_uri ? masked_uri(text) : shortened(text, 200), why));
}

bool are_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_address(const std::string& host) {
  return parse_address(host).has_value();
}

listen_address parse_unix(const std::string& text) {
  const std::string path = text.substr(unix_prefix.size());
  listen_address parsed;
  auto& address = reinterpret_cast<sockaddr_un&>(parsed.socket);
  address.sun_family = AF_UNIX;
  parsed.length = sizeof(address);
  if (path.empty()) throw refuse(text, "names no socket; write for example unix:/run/buttond/buttond.sock");
  if (path.size() >= sizeof(address.sun_path)) {
    throw refuse(text, fmt::format("is too long: the path of a socket has at most {} bytes",
                                   sizeof(address.sun_path) - 1));
  }
  if (path.find('\0') != std::string::npos) throw refuse(text, "has a byte 0");
  path.copy(address.sun_path, path.size());
  return parsed;
}

std::uint16_t parse_port(const std::string& text, std::string_view port) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || error != std::errc() || end != port.data() + port.size())
    throw refuse(text, "has no port from 0 to 65535; write for example 127.0.0.1:8080");
  return number;
}

/// What is wrong where the part before the port is no address.
startup_error refuse_host(const std::string& text, const std::string& host) {
  if (text.find("://") != std::string::npos)
    return refuse(text, "is a URL; write the address and port alone, for example 127.0.0.1:8080");
  if (text.starts_with('/')) return refuse(text, fmt::format("is a path; write unix:{} for a socket", text));
  if (are_digits(text)) {
    return refuse(text, fmt::format("is a port alone; write :{0} for every address of this machine, or "
                                    "127.0.0.1:{0} for itself only",
                                    text));
  }
  if (std::ranges::count(text, '[') != std::ranges::count(text, ']'))
    return refuse(text, "has a bracket that is not closed; write for example [::1]:8080");
  if (std::ranges::count(text, ':') > 1)
    return refuse(text, "has no brackets; an IPv6 address with its port is written [::1]:8080");
  const bool is_name =
      !host.empty() && host.find_first_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == 0;
  if (is_name) {
    return refuse(text,
                  "has a name; write an address and a port, for example 127.0.0.1:8080, :8080 for every "
                  "address, or unix:PATH");
  }
  return refuse(text,
                "is not an address; write ADDR:PORT, [ADDR]:PORT, :PORT for every address, or unix:PATH, for "
                "example 127.0.0.1:8080");
}

/// A host with its scope, as in fe80::1%eth0, too.
bool resolve(const std::string& host, listen_address& into) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::memcpy(&into.socket, found->ai_addr, found->ai_addrlen);
  into.length = found->ai_addrlen;
  return true;
}

void set_port(listen_address& into, std::uint16_t port) {
  if (into.socket.ss_family == AF_INET)
    reinterpret_cast<sockaddr_in&>(into.socket).sin_port = htons(port);
  else
    reinterpret_cast<sockaddr_in6&>(into.socket).sin6_port = htons(port);
}

}  // namespace

std::uint16_t listen_address::port() const noexcept {
  if (socket.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(socket).sin_port);
  if (socket.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(socket).sin6_port);
  return 0;
}

bool listen_address::is_wildcard() const noexcept {
  if (socket.ss_family == AF_INET)
    return reinterpret_cast<const sockaddr_in&>(socket).sin_addr.s_addr == htonl(INADDR_ANY);
  if (socket.ss_family != AF_INET6) return false;
  return IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6&>(socket).sin6_addr);
}

listen_address parse_listen_address(const std::string& text) {
  if (text.starts_with(unix_prefix)) return parse_unix(text);
  listen_address parsed;
  const auto colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const bool in_brackets = text.starts_with('[');
  const bool alone = in_brackets ? text.ends_with(']') && is_address(text.substr(1, text.size() - 2))
                                 : is_address(text) && colon == std::string::npos;
  if (alone) throw refuse(text, fmt::format("has no port; write for example {}:8080", text));
  if (colon == std::string::npos || (host.find(':') != std::string::npos && !in_brackets))
    throw refuse_host(text, host);
  if (host.empty()) {
    const std::uint16_t port = parse_port(text, text.substr(colon + 1));
    resolve("::", parsed);
    set_port(parsed, port);
    parsed.both_families = true;
    return parsed;
  }
  if (!resolve(host, parsed)) throw refuse_host(text, host);
  set_port(parsed, parse_port(text, text.substr(colon + 1)));
  return parsed;
}

listen_address bound_address(int fd) noexcept {
  listen_address bound;
  bound.length = sizeof(bound.socket);
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound.socket), &bound.length) != 0) return {};
  int only_six = 1;
  socklen_t size = sizeof(only_six);
  if (bound.socket.ss_family == AF_INET6 && bound.is_wildcard() &&
      ::getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_six, &size) == 0)
    bound.both_families = only_six == 0;
  return bound;
}

bool overlap(const listen_address& a, const listen_address& b) noexcept {
  if (a.is_unix() != b.is_unix()) return false;
  if (a.is_unix()) return a.path() == b.path();
  if (a.port() != b.port() || a.port() == 0) return false;
  if (a.both_families || b.both_families) return true;
  if (a.socket.ss_family != b.socket.ss_family) return false;
  return a.is_wildcard() || b.is_wildcard() || address_of(a.socket) == address_of(b.socket);
}

bool is_public(const listen_address& address) noexcept {
  if (address.is_unix()) return false;
  const auto bytes = address_of(address.socket);
  if (!bytes) return false;
  constexpr std::array own{"127.0.0.0/8",    "10.0.0.0/8",    "172.16.0.0/12",
                           "192.168.0.0/16", "100.64.0.0/10", "::1",
                           "169.254.0.0/16", "fc00::/7",      "fe80::/10"};
  return std::ranges::none_of(own, [&](const char* each) { return network::parse(each)->contains(*bytes); });
}

}  // namespace buttond::http
