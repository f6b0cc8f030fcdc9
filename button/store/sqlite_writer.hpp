#pragma once
// The connection that the SQLite store writes with, and what it writes, as parts of the transaction that the
// store has begun on it. Owned by sqlite_store, which locks it.

#include "button/store/sqlite_connection.hpp"
#include "button/store/sqlite_moves.hpp"
#include "button/store/sqlite_refused.hpp"
#include "button/store/store.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace buttond {

class sqlite_writer {
 public:
  static constexpr auto begin = "BEGIN IMMEDIATE";  // the lock at once: nothing fails half-way for want of it

  sqlite_connection connection;

  /// To be called once, when `connection` is there.
  result<void> prepare_all();

  /// Counts a batch, or sets it aside; one that was brought before changes nothing.
  result<void> bring(const batch& b, bring_report& report);

  /// Adds deltas of a day, "YYYY-MM-DD", or of an import, "". Those of a link that has moved are added to the
  /// other one; their day is that of the site on which they were counted.
  result<void> add(std::span<const link_delta> links, std::string_view day);

  /// Whether the report was counted: false for one that was before.
  result<bool> count_share(const share_report& report);

  /// The key that is there, or `proposed`, which is from now on.
  result<std::string> share_key(std::string_view proposed);

  result<void> set(const stored_link& link);

  result<std::vector<link_moved>> move(std::span<const link_move> moves, move_mode mode) {
    return moves_.move(moves, mode);
  }

  result<std::optional<sqlite_refused_batch>> take_refused(std::string_view id) { return refused_.take(id); }

 private:
  enum class place { known, next, forked };
  result<place> place_of(const batch& b);
  result<batch_mark> mark_of(std::string_view node);

  sqlite_statement add_link_;
  sqlite_statement set_link_;
  sqlite_statement add_site_day_;
  sqlite_statement find_mark_;
  sqlite_statement set_mark_;
  sqlite_statement add_share_;
  sqlite_statement forget_shares_;
  sqlite_statement add_reader_share_;
  sqlite_statement forget_reader_shares_;
  sqlite_statement add_share_key_;
  sqlite_statement find_share_key_;
  sqlite_refused refused_;
  sqlite_moves moves_;
};

}  // namespace buttond
