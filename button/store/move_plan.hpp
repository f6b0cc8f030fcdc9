#pragma once
// What moves change: worked out from the links as they stand, which the store reads, and writes back within
// one transaction. No store, no state; one thread.

#include "button/store/store.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace buttond {

/// A link as a move sees it.
struct movable_link {
  tally counts;
  std::string moved_to;                     // empty: it has not moved
  std::vector<std::string> recent;          // the ids of its shares, the newest last
  std::vector<std::string> recent_readers;  // those of readers' shares
  bool changed = false;                     // by the plan: to be written
};

class move_plan {
 public:
  /// `moves` must outlive the plan. One without a `to` moves what has come to a link since it moved to where
  /// it has moved.
  explicit move_plan(std::span<const link_move> moves);

  /// The links that have to be read; asked again when they are there, until there are none.
  std::vector<std::string> unread() const;

  /// A link as it was read; one that is not there is empty.
  void add(const std::string& key, movable_link link) { links_.insert_or_assign(key, std::move(link)); }

  /// Works the moves out, one after the other.
  std::vector<link_moved> run();

  /// All links, as they are after run().
  const std::map<std::string, movable_link>& links() const noexcept { return links_; }

 private:
  std::string end_of_way(const std::string& from, const std::string& to);
  link_moved carry_out(const link_move& move);

  std::span<const link_move> moves_;
  std::map<std::string, movable_link> links_;
};

}  // namespace buttond
