#pragma once
// From the settings to what a running server may be told anew. Reads the files that they name: any thread
// that may wait.

#include "button/config.hpp"
#include "button/handlers/site_policy.hpp"

namespace buttond {

/// Throws startup_error for a file or a value that is wrong.
site_policy_ptr make_policy(const config& settings);

}  // namespace buttond
