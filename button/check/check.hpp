#pragma once
// `buttond check`: whether the server would start with these flags, this environment and this file, and what
// of the machine and the store it would miss. Changes nothing, and may be run beside the server.

#include "button/config.hpp"

#include <iosfwd>

namespace buttond {

/// Writes each setting with where it is from, then a line for each thing that was looked at, which begins
/// with ok, warning or error. Returns the exit status: 0 when all is well, 1 when the server would run but
/// something should be looked at, 2 when it would not start. Logs nothing.
int run_check(const command_line& line, std::ostream& out);

}  // namespace buttond
