#pragma once
// The environment as a source of settings: BUTTOND_CACHE_BYTES is --cache-bytes. An empty variable is as
// none.

#include "button/config/flag.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buttond {

inline constexpr const char* variable_of_file = "BUTTOND_CONFIG";

/// The value of a variable; null where it is empty or missing.
const char* environment_value(const char* variable) noexcept;

/// What the environment gives. A repeatable flag's variable is a list, separated by commas or white space.
given_values read_environment(const std::vector<flag>& flags);

/// A sentence for each BUTTOND_* that no flag reads, without its value.
std::vector<std::string> unread_variables(const std::vector<flag>& flags);

}  // namespace buttond
