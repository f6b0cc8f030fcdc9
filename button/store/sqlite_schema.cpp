#include "button/store/sqlite_schema.hpp"

#include <fmt/format.h>

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

// application_id is "Btnd". `number` in recent_shares orders the ids of a link, the newest has the highest.
// `applied` is how far each node has come; `sum` is empty where the batch could not be read. `day` of what is
// refused is empty for an import, `at` is in seconds.
constexpr auto tables =
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
    "CREATE INDEX site_days_by_day ON site_days (day, site, impressions, clicks, shares);"
    "PRAGMA application_id = 0x42746e64;"
    "PRAGMA user_version = 1;";

// Those that came later. An older buttond does not know them and needs not, so they are no new version: it
// goes on with the same file. Before them the ids of readers' shares stood in recent_shares. A link in
// `moved_links` has a row in `links` too, with nothing in it. `at` of a node's report is in milliseconds, its
// `hour` is "YYYY-MM-DDTHH".
constexpr auto added_tables =
    "CREATE TABLE IF NOT EXISTS recent_reader_shares ("
    "  key TEXT NOT NULL,"
    "  id TEXT NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  PRIMARY KEY (key, id)"
    ") WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS keys ("
    "  name TEXT PRIMARY KEY NOT NULL,"
    "  key TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS moved_links ("
    "  key TEXT PRIMARY KEY NOT NULL,"
    "  moved_to TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS nodes ("
    "  node TEXT PRIMARY KEY NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  report TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS node_hours ("
    "  hour TEXT NOT NULL,"
    "  node TEXT NOT NULL,"
    "  impressions INTEGER NOT NULL,"
    "  clicks INTEGER NOT NULL,"
    "  shares INTEGER NOT NULL,"
    "  minutes TEXT NOT NULL,"
    "  PRIMARY KEY (hour, node)"
    ") WITHOUT ROWID;";
constexpr auto count_added_tables =
    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN "
    "('recent_reader_shares', 'keys', 'moved_links', 'nodes', 'node_hours')";
constexpr std::int64_t added = 5;

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

/// Two processes may be here at once: the second one finds the tables made when it has the lock.
result<void> create_tables(sqlite_connection& connection, std::string& why) {
  auto done = connection.execute("BEGIN IMMEDIATE");
  if (done) {
    const auto version = read_version(connection, why);
    if (!version) return version.error();
    done = connection.execute(*version == 0 ? tables : "");
  }
  if (done) done = connection.execute(added_tables);
  if (done) done = connection.execute("COMMIT");
  if (!done) why = connection.last_error();
  return done;
}

}  // namespace

result<void> index_days(sqlite_connection& connection) {
  return connection.execute(
      "CREATE INDEX IF NOT EXISTS site_days_by_day ON site_days (day, site, impressions, clicks, shares)");
}

result<void> prepare_sqlite_schema(sqlite_connection& connection, std::string& why) {
  const auto fail = [&](error_code error) {
    why = connection.last_error();
    return error;
  };
  // One transaction reads it all: another process may be making the tables just now.
  if (const auto begun = connection.execute("BEGIN"); !begun) return fail(begun.error());
  const auto version = read_version(connection, why);
  if (!version) return version.error();
  const auto there = connection.query_integer(count_added_tables);
  if (!there) return fail(there.error());
  if (const auto read = connection.execute("COMMIT"); !read) return fail(read.error());

  if (const auto set = connection.execute(connection_settings); !set) return fail(set.error());
  // A new file that another process has open just now cannot be switched, and need not be: that process
  // switches it, or the next one to open it.
  const auto switched = connection.execute(write_ahead_log);
  if (!switched && switched.error() != errc::store_timeout) return fail(switched.error());
  return *there < added ? create_tables(connection, why) : result<void>{};
}

}  // namespace buttond
