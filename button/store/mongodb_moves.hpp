#pragma once
// Links that have moved, in MongoDB: their documents have the field `moved_to`, and nothing else as a rule. A
// move is one transaction; what a fold adds to such a link is moved on by the same fold.
//
// Owned by mongodb_store and by mongodb_survey; thread-safe, as the client is.

#include "button/store/mongodb_client.hpp"
#include "button/store/store.hpp"

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace buttond {

using links_by_key = std::unordered_map<std::string, stored_link>;

/// The link that has the counts of `key`: itself, where it has not moved.
std::string end_of_way(const links_by_key& links, const std::string& key);

/// The fields of a link that read_link() reads, as a projection.
bson_document counts_and_way();
stored_link read_link(bson_view document);

class mongodb_moves {
 public:
  explicit mongodb_moves(mongodb_client& client) noexcept : client_(client) {}

  /// The links of `keys` that are there, and those that they have moved to.
  result<links_by_key> read(std::span<const std::string> keys, mongodb_read read, std::string& why);

  /// As store::find.
  result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys, std::string& why);

  /// As store::move.
  result<std::vector<link_moved>> move(std::span<const link_move> moves, move_mode mode, std::string& why);

  /// Moves on what has come to those of `keys` that have moved. What the database refuses stays there.
  result<void> move_on(std::span<const std::string> keys, std::string& why);

 private:
  mongodb_client& client_;
};

}  // namespace buttond
