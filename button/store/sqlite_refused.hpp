#pragma once
// The batches that the SQLite store set aside, in its tables `refused` and `refused_links`. sqlite_store owns
// it, beside the connection whose statements it keeps; it runs in the store's transactions.

#include "button/store/sqlite_connection.hpp"
#include "button/store/store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// The three numbers in a row's columns from `first_column` on.
inline tally read_tally(const sqlite_statement& row, int first_column) noexcept {
  return {row.integer(first_column), row.integer(first_column + 1), row.integer(first_column + 2)};
}

/// What a batch that was set aside would have added.
struct sqlite_refused_batch {
  std::string day;  // "YYYY-MM-DD"; empty for an import
  std::vector<stored_link> links;

  /// `links` as deltas; they point into this.
  std::vector<link_delta> deltas() const;
};

class sqlite_refused {
 public:
  result<void> prepare(sqlite_connection& connection);

  result<bool> contains(std::string_view id);

  /// Done again, it changes nothing.
  result<void> set_aside(const batch& b, std::string_view day);

  /// Takes a batch out; nothing where there is none with this id.
  result<std::optional<sqlite_refused_batch>> take(std::string_view id);

 private:
  sqlite_statement find_;
  sqlite_statement find_links_;
  sqlite_statement add_;
  sqlite_statement add_link_;
  sqlite_statement remove_;
  sqlite_statement remove_links_;
};

/// Visits what is set aside, in the order of the ids.
result<void> visit_refused(sqlite_connection& connection,
                           const std::function<void(const refused_item&)>& visit);

}  // namespace buttond
