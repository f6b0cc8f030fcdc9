#pragma once
// What the SQLite store has of one site, taken away. Runs in the caller's transaction. No state.

#include "button/store/sqlite_connection.hpp"
#include "button/store/survey.hpp"

#include <string_view>

namespace buttond {

/// As survey::forget: a portion of it, so that nobody waits long for the lock.
result<forgotten> forget_in_sqlite(sqlite_connection& connection, std::string_view site);

}  // namespace buttond
