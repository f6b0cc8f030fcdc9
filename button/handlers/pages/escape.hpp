#pragma once
// Text from outside on its way into a page, a drawing or an address. Every value goes through one of these.
// No state; any thread.

#include <string>
#include <string_view>

namespace buttond {

/// Appends `text` as HTML or XML text, good between tags and in a quoted attribute: & < > " ' are escaped,
/// and what XML does not allow (control characters, U+FFFE and U+FFFF, bytes that are not UTF-8) becomes
/// U+FFFD.
void append_escaped(std::string& out, std::string_view text);

/// Appends `text` percent-encoded as a component of a query (RFC 3986: only unreserved characters stay).
void append_component(std::string& out, std::string_view text);

}  // namespace buttond
