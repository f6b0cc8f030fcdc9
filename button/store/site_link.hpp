#pragma once
// Links to the page of one site that open without a login: signed for that site, good until a time, and taken
// by every node of the store whose key signed it (survey::site_link_key). Whoever has the link sees that
// page, and whoever has the key makes links.
//
//   /site?name=example.com&until=1798761600&signature=<32 lower-case hexadecimal digits>
//
// The signature is keyed BLAKE2b, 16 bytes, over "buttond site link 1", a byte 0, `until` in decimal, a byte
// 0, and the site; neither of the first two parts can hold a byte 0, so each pair has one text.
//
// No state: any thread.

#include "common/clock.hpp"
#include "common/secret_key.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace buttond {

/// No link is good for longer.
inline constexpr std::chrono::days longest_site_link{400};

/// Of `site`, as keys have it, until so many seconds after 1970.
std::string site_link_signature(const secret_key& key, std::string_view site, std::int64_t until);

/// Whether `signature` is that one. In constant time, as far as its content goes.
bool is_site_link_signature(std::string_view signature, const secret_key& key, std::string_view site,
                            std::int64_t until);

/// The path and query of the link. `until` is not before 1970.
std::string site_link_target(const secret_key& key, std::string_view site, std::chrono::sys_seconds until);

/// The query's part that says it, from "name" on; its characters need no escape in HTML but the '&'.
std::string site_link_query(std::string_view site, std::int64_t until, std::string_view signature);

}  // namespace buttond
