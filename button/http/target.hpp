#pragma once
// The request target and the Host field: which forms are accepted, and what of them a handler sees.
// Source: RFC 9112 section 3.2, RFC 3986 section 3.2.

#include "button/http/request.hpp"

#include <string_view>

namespace buttond::http {

/// Whether `text` is a host with an optional port: a name or an IPv4 address, or an IPv6 address in brackets.
/// A comma is refused though a name may hold one: it is how a proxy joins two Host fields.
bool is_host(std::string_view text) noexcept;

/// Fills path and query from `of.target`; for the absolute form also host, which then counts instead of the
/// Host field. False for a target that is none of: origin form, absolute form with http or https, "*" of
/// OPTIONS.
bool split_target(request& of) noexcept;

}  // namespace buttond::http
