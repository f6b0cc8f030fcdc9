#pragma once
// The tables of the SQLite store and their version. README states them for whoever reads the file with other
// programs; keep the two alike.

#include "button/store/sqlite_connection.hpp"

#include <cstdint>

namespace buttond {

/// Held in `PRAGMA user_version`. What an older buttond could not go on with gets the next number.
inline constexpr std::int64_t sqlite_schema_version = 1;

/// Sets the connection up (WAL, durability), and makes the tables that the file has not.
/// errc::store_schema, with a reason in `why`: a newer buttond, or another program, wrote the file.
result<void> prepare_sqlite_schema(sqlite_connection& connection, std::string& why);

/// Makes the index of `site_days` by day, which files from before there was one have not: it takes some
/// seconds where there are millions of rows, in which nobody else can write.
result<void> index_days(sqlite_connection& connection);

}  // namespace buttond
