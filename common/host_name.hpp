#pragma once
// The host of a URL: what a valid one is, which ones are private, and the one spelling that a key has of it.
// Sources: WHATWG URL section 3.5 (host parsing) where browsers differ from the RFCs, RFC 1034 (lengths),
// UTS 46 (IDN), RFC 5952 (IPv6 in text), RFC 6761, 6762 and 8375 (names of private use).
//
// No state: any thread. Only host_to_ascii allocates.

#include "common/error.hpp"
#include "common/network.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

/// The text of an address with brackets, "[ffff:...]"; longer than any.
using address_text = std::array<char, 64>;

/// Whether `host` (lower-case, without a trailing dot) is a name: labels of 1 to 63 letters, digits, hyphens
/// and underscores, 253 bytes in all. Browsers resolve names with underscores, so they are valid here too.
bool is_host_name(std::string_view host) noexcept;

/// Whether a browser takes `host` (lower-case) for an IPv4 address: its last label is a number.
bool ends_in_number(std::string_view host) noexcept;

/// The IPv4 address that `host` is to a browser: "127.1", "0x7f000001" and "017700000001" are 127.0.0.1.
std::optional<address_bytes> parse_browser_ipv4(std::string_view host) noexcept;

/// The one text of an address: dotted decimal, or RFC 5952 in brackets.
std::string_view write_address(const address_bytes& address, bool ipv4, address_text& text) noexcept;

/// Whether the address is of no use to others: private, loopback, link-local, shared (RFC 6598), unspecified;
/// also when an IPv6 address only wraps such an IPv4 address.
bool is_private_address(const address_bytes& address) noexcept;

/// Whether the name (lower-case) means something on its own network only: one label, "localhost", or under
/// .localhost, .local, .internal or .home.arpa.
bool is_private_name(std::string_view host) noexcept;

/// The ASCII form of a host that is written in Unicode or percent-encoded. Errors: errc::url_bad_host.
result<std::string> host_to_ascii(std::string_view host);

}  // namespace buttond
