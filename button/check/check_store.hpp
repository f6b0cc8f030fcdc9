#pragma once
// Whether `buttond check` finds the store reachable and writable. Nothing is written.

#include "button/check/check_report.hpp"

#include <string>

namespace buttond {

/// Waits a few seconds for the store at most.
void check_store(const std::string& uri, check_report& report);

}  // namespace buttond
