#pragma once
// What somebody writes for a site (a flag, a command's argument, a query's parameter) to the name that keys
// have. No state: any thread.

#include <optional>
#include <string>
#include <string_view>

namespace buttond {

/// The host as the sites of keys have it: lower case, punycode, no "www.", private ones too; nothing for what
/// is none.
std::optional<std::string> normalized_site(std::string_view host);

}  // namespace buttond
