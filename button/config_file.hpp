#pragma once
// The configuration file: TOML, with flags as keys. The command line wins over the environment, and the
// environment over the file.

#include <CLI/App.hpp>

namespace buttond {

/// Adds --config, or BUTTOND_CONFIG, to a command line that has not been parsed yet. A key that `app` does
/// not know, and a file that is not there, stop the parsing.
void add_config_flag(CLI::App& app);

}  // namespace buttond
