#pragma once
// What `--version` and buttond_build_info say.

#include <string>
#include <string_view>

namespace buttond {

std::string_view version() noexcept;

/// The commit it was built from, short, or "unknown" outside a checkout.
std::string_view commit() noexcept;

/// Version, commit, and the libraries it runs with, several lines.
std::string version_text();

}  // namespace buttond
