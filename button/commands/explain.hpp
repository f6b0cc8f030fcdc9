#pragma once
// `buttond explain URL`: how a URL becomes a key.

#include "common/url_key.hpp"

#include <iosfwd>
#include <string_view>

namespace buttond {

/// Prints the steps and the key. Returns the exit status: 0, or 1 for a URL that has no key.
int run_explain(std::string_view url, const key_rules& rules, std::ostream& out);

}  // namespace buttond
