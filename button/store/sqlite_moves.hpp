#pragma once
// Links that have moved, in the SQLite store's table `moved_links`. Owned by sqlite_store and its writer,
// beside the connection whose statements they keep; they run in the store's transactions.

#include "button/store/move_plan.hpp"
#include "button/store/sqlite_connection.hpp"
#include "button/store/store.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// Where links have moved.
class sqlite_ways {
 public:
  result<void> prepare(sqlite_connection& connection);

  /// Whether any link has moved.
  result<bool> any();

  /// The link that has the counts of `key`: itself, where it has not moved. Valid until the next call.
  result<std::string_view> end_of_way(std::string_view key);

  /// Where it has moved, one step; empty where it has not.
  result<std::string> next(std::string_view key);

 private:
  sqlite_statement find_any_;
  sqlite_statement find_;
  std::string end_;
};

/// As store::find; `find_link` selects the counts of the link ?1.
result<std::vector<std::optional<tally>>> find_tallies(std::span<const std::string> keys, sqlite_ways& ways,
                                                       sqlite_statement& find_link);

/// Moves links.
class sqlite_moves {
 public:
  result<void> prepare(sqlite_connection& connection);

  sqlite_ways& ways() noexcept { return ways_; }

  /// As store::move.
  result<std::vector<link_moved>> move(std::span<const link_move> moves, move_mode mode);

  /// Makes a link one of its own.
  result<void> forget(std::string_view key);

 private:
  result<movable_link> read(const std::string& key);
  result<void> write(const std::string& key, const movable_link& link);

  /// The ids of a link's shares in one of the two tables.
  struct ids_table {
    sqlite_statement find;
    sqlite_statement remove;
    sqlite_statement add;

    result<std::vector<std::string>> read(std::string_view key);
    result<void> write(std::string_view key, std::span<const std::string> ids);
  };

  sqlite_ways ways_;
  sqlite_statement find_link_;
  sqlite_statement set_link_;
  sqlite_statement set_moved_;
  sqlite_statement forget_;
  ids_table recent_;
  ids_table recent_readers_;
};

}  // namespace buttond
