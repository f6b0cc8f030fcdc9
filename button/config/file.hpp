#pragma once
// The configuration file: TOML 1.0, with flags as keys.

#include "button/config/flag.hpp"

#include <string>
#include <vector>

namespace buttond {

struct file_problem {
  std::string flag;  // by its name; empty where it is none
  std::string what;  // a sentence that begins with file and line
};

struct file_settings {
  given_values given{};
  std::vector<file_problem> problems;
};

/// Reads the file as far as it goes. A flag's value is taken as text, whatever it is in TOML. `named_by` is
/// what an error calls that which named the file: "--config", "BUTTOND_CONFIG".
file_settings read_settings_file(const std::string& path, const std::string& named_by,
                                 const std::vector<flag>& flags);

}  // namespace buttond
