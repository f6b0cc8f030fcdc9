#pragma once
// Whether `buttond check` finds the addresses free that the server is to listen on. One thread.

#include "button/check/check_report.hpp"
#include "button/config.hpp"

namespace buttond {

/// Nothing is listened on, so that no connection is taken from a server that runs, and none is lost. An
/// address that a buttond has which runs already is no error.
void check_listeners(const config& settings, check_report& report);

}  // namespace buttond
