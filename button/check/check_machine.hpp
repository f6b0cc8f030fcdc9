#pragma once
// What of the machine `buttond check` looks at. One thread; nothing is changed.

#include "button/check/check_report.hpp"
#include "button/config.hpp"

namespace buttond {

/// Whether the data directory can be made or written, on which file system it is, and how much room is left.
void check_data_directory(const config& settings, check_report& report);

/// Whether there are as many descriptors as --max-connections needs.
void check_descriptors(const config& settings, check_report& report);

/// Whether the clock is set and kept.
void check_clock(check_report& report);

}  // namespace buttond
