#pragma once
// The table of all flags.

#include "button/config.hpp"
#include "button/config/flag.hpp"

#include <vector>

namespace buttond {

/// Every flag, in the order of --help, each reading into `into`, which outlives them. Their defaults are what
/// stands there, so that `into` must be as yet untouched.
std::vector<flag> make_flags(config& into);

}  // namespace buttond
