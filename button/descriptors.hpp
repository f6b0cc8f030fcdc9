#pragma once
// File descriptors: enough of them, or a clear word at the start.

#include <cstddef>

namespace buttond {

/// Raises RLIMIT_NOFILE as far as `connections` need it, and logs a warning when the hard limit does not
/// allow it. Returns how many connections there is room for: at most `connections`.
std::size_t reserve_descriptors(std::size_t connections);

}  // namespace buttond
