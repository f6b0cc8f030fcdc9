#pragma once
// The header fields of our own pages (those that are not there to be embedded).

#include <string>
#include <string_view>

namespace buttond {

/// Fields for a page that loads nothing but our own linked files. `policy` adds directives to its CSP:
/// form-action and frame-ancestors must be among them, because default-src does not cover these. `caching` is
/// the Cache-Control.
std::string page_fields(std::string_view policy, std::string_view caching);

}  // namespace buttond
