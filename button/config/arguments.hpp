#pragma once
// The command line itself: commands with their own options, and what it gives each flag.

#include "button/config.hpp"
#include "button/config/flag.hpp"

#include <string>
#include <vector>

namespace buttond {

struct arguments {
  given_values flags;
  std::vector<std::string> files;  // of --config
  bool answered = false;           // by the help or the version, on standard output
};

/// Reads the command line; what belongs to a command goes into `into`. Throws startup_error.
arguments read_arguments(int argc, const char* const* argv, const std::vector<flag>& flags,
                         command_line& into);

}  // namespace buttond
