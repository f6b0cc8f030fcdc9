#pragma once
// A shared page's URL to its key: the canonical form under which it is counted, and the site it belongs to.
//
// Undone: what became of a link on its way here (link_text.hpp).
// Dropped: scheme, empty credentials, every leading "www." (but "www.com" stays), the ports 80 and 443, a
// fragment that does not begin with '!', tracking parameters, empty parameters, an empty query, trailing
// slashes of the path and of the fragment, the trailing dot of the host.
// Normalised: the host to lower case (IDN to punycode, an IP address to its usual form), percent-encoding, a
// blank in the query to '+', dot segments. Other parameters keep their order. Kept apart, since they may be
// two pages: letter case in path and query, doubled slashes, reserved characters that are percent-encoded and
// those that are not.
//
// A key is made of unreserved and reserved URI characters and "%XX" alone: never a space, a control
// character,
// '"', '<', '>', '\'' in its query, or anything outside ASCII. A '#' has a '!' behind it.
//
// Source: RFC 3986 section 6 (normalisation), UTS 46 (IDN), WHATWG URL for what browsers send raw.
//
// Thread-safe: no state. The common case (an ASCII URL) allocates nothing.

#include "common/error.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

inline constexpr std::size_t max_url_bytes = 2048;

struct key_rules {
  bool allow_private_hosts = false;
};

/// Where a key is written; reused from one URL to the next.
using key_buffer = std::array<char, max_url_bytes>;

/// The key of `url`, a view into `buffer` (where `url` must not lie). Takes a URL, or a key (without its
/// scheme), so that the key of a key is itself. Errors: errc::url_*; url_too_long also when the normalised
/// form is over max_url_bytes. Linear in the length of `url`.
result<std::string_view> make_key(std::string_view url, const key_rules& rules, key_buffer& buffer);

/// The host (with its port where it has one) of a key that make_key returned: all before the first '/' or
/// '?'.
std::string_view site_of(std::string_view key) noexcept;

/// One rule that changed something, and what the URL looked like after it. A rule that follows itself is one
/// step, and of more than 30 the last one is for all the rest.
struct key_step {
  std::string rule;
  std::string url;
};

struct key_explanation {
  std::vector<key_step> steps;
  result<std::string> key;
};

/// How `url` becomes a key, rule by rule; the last step's form is the key. Allocates: not for the hot path.
key_explanation explain_key(std::string_view url, const key_rules& rules);

}  // namespace buttond
