#pragma once
// The configuration file: TOML 1.0, with flags as keys.

#include "button/config/flag.hpp"

#include <string>
#include <vector>

namespace buttond {

struct file_settings {
  given_values given{};
  std::vector<std::string> problems;  // each a sentence that begins with file and line
};

/// Reads the file as far as it goes. A flag's value is taken as text, whatever it is in TOML.
file_settings read_settings_file(const std::string& path, const std::vector<flag>& flags);

}  // namespace buttond
