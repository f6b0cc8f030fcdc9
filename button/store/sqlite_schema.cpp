#include "button/store/sqlite_schema.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace buttond {
namespace {

// The loader reads while the flusher writes.
constexpr auto write_ahead_log = "PRAGMA journal_mode = WAL";

// FULL: a commit is on disk when it returns, so a batch may leave the journal. A WAL that a large batch blew
// up is cut back to 64 MiB. 32 MiB of pages hold the inner pages of some million links.
constexpr auto connection_settings =
    "PRAGMA synchronous = FULL;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA cache_size = -32768;";

// One step a version: what it makes of the tables of the version before. application_id is "Btnd".
//
// `number` in recent_shares orders the ids of a link, the newest has the highest; in version 1 those of
// readers are among them. `applied` is how far each node has come; `sum` is empty where the batch could not
// be read. `day` of what is refused is empty for an import, `at` is in seconds.
constexpr std::array<const char*, sqlite_schema_version> steps{
    "CREATE TABLE links ("
    "  key TEXT PRIMARY KEY NOT NULL,"
    "  site TEXT NOT NULL,"
    "  impressions INTEGER NOT NULL,"
    "  clicks INTEGER NOT NULL,"
    "  shares INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE site_days ("
    "  site TEXT NOT NULL,"
    "  day TEXT NOT NULL,"
    "  impressions INTEGER NOT NULL,"
    "  clicks INTEGER NOT NULL,"
    "  shares INTEGER NOT NULL,"
    "  PRIMARY KEY (site, day)"
    ") WITHOUT ROWID;"
    "CREATE TABLE applied ("
    "  node TEXT PRIMARY KEY NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  sum TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE refused ("
    "  id TEXT PRIMARY KEY NOT NULL,"
    "  day TEXT NOT NULL,"
    "  why TEXT NOT NULL,"
    "  at INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE refused_links ("
    "  id TEXT NOT NULL,"
    "  key TEXT NOT NULL,"
    "  impressions INTEGER NOT NULL,"
    "  clicks INTEGER NOT NULL,"
    "  shares INTEGER NOT NULL,"
    "  PRIMARY KEY (id, key)"
    ") WITHOUT ROWID;"
    "CREATE TABLE recent_shares ("
    "  key TEXT NOT NULL,"
    "  id TEXT NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  PRIMARY KEY (key, id)"
    ") WITHOUT ROWID;"
    "PRAGMA application_id = 0x42746e64;"
    "PRAGMA user_version = 1;",

    "CREATE TABLE recent_reader_shares ("
    "  key TEXT NOT NULL,"
    "  id TEXT NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  PRIMARY KEY (key, id)"
    ") WITHOUT ROWID;"
    "PRAGMA user_version = 2;",

    "CREATE TABLE keys ("
    "  name TEXT PRIMARY KEY NOT NULL,"
    "  key TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "PRAGMA user_version = 3;",
};

constexpr std::int64_t application_id = 0x42746e64;

/// Whose file this is; nothing is changed. Its version, 0 for an empty file. Runs in the caller's
/// transaction.
result<std::int64_t> read_version(sqlite_connection& connection, std::string& why) {
  const auto version = connection.query_integer("PRAGMA user_version");
  const auto owner = connection.query_integer("PRAGMA application_id");
  const auto tables_there = connection.query_integer("SELECT count(*) FROM sqlite_master");
  for (const auto* read : {&version, &owner, &tables_there}) {
    if (read->has_value()) continue;
    why = connection.last_error();
    return read->error();
  }
  const bool empty = *version == 0 && *tables_there == 0;
  if (!empty && *owner != application_id) {
    why = "it is the SQLite database of another program; name another file in --store";
    return errc::store_schema;
  }
  if (*version > sqlite_schema_version) {
    why = fmt::format(
        "its tables have version {}, this buttond knows versions up to {}; run the buttond that wrote it, or "
        "name another file in --store",
        *version, sqlite_schema_version);
    return errc::store_schema;
  }
  return *version;
}

/// Two processes may be here at once: the second one finds the steps taken when it has the lock.
result<void> take_steps(sqlite_connection& connection, std::string& why) {
  auto done = connection.execute("BEGIN IMMEDIATE");
  if (done) {
    const auto version = read_version(connection, why);
    if (!version) return version.error();
    for (auto next = static_cast<std::size_t>(*version); done && next < steps.size(); ++next)
      done = connection.execute(steps.at(next));
  }
  if (done) done = connection.execute("COMMIT");
  if (!done) why = connection.last_error();
  return done;
}

}  // namespace

result<void> prepare_sqlite_schema(sqlite_connection& connection, std::string& why) {
  const auto fail = [&](error_code error) {
    why = connection.last_error();
    return error;
  };
  // One transaction reads it all: another process may be making the tables just now.
  if (const auto begun = connection.execute("BEGIN"); !begun) return fail(begun.error());
  const auto version = read_version(connection, why);
  if (!version) return version.error();
  if (const auto read = connection.execute("COMMIT"); !read) return fail(read.error());

  if (const auto set = connection.execute(connection_settings); !set) return fail(set.error());
  // A new file that another process has open just now cannot be switched, and need not be: that process
  // switches it, or the next one to open it.
  const auto switched = connection.execute(write_ahead_log);
  if (!switched && switched.error() != errc::store_timeout) return fail(switched.error());
  return *version < sqlite_schema_version ? take_steps(connection, why) : result<void>{};
}

}  // namespace buttond
