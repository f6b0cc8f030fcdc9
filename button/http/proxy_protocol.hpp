#pragma once
// The header that a balancer sends ahead of a connection's bytes to say who is at its other end: PROXY
// protocol, versions 1 (a line of text) and 2 (binary).
// Source: https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt, sections 2.1 and 2.2.

#include "common/network.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace buttond::http {

/// The longest header that is accepted; a version 2 header with all the extensions that HAProxy knows takes
/// well under half of it.
inline constexpr std::size_t max_proxy_header_bytes = 4096;

struct proxy_header {
  enum class state : std::uint8_t { complete, incomplete, bad };
  state is = state::incomplete;
  std::size_t size = 0;                 // complete: how many bytes of the input it took
  std::optional<address_bytes> client;  // nothing for UNKNOWN and LOCAL (the balancer's own health check)
};

proxy_header parse_proxy_header(std::string_view input) noexcept;

}  // namespace buttond::http
