#pragma once
// From the settings to what a running server may be told anew. Reads the files that they name: any thread
// that may wait.

#include "button/config.hpp"
#include "button/handlers/site_policy.hpp"

#include <filesystem>
#include <string>

namespace buttond {

/// The token in `file`, which may be empty: then there is none. Throws startup_error that says what is wrong.
std::string read_api_token(const std::filesystem::path& file);

/// Throws startup_error for a file or a value that is wrong.
site_policy_ptr make_policy(const config& settings);

}  // namespace buttond
