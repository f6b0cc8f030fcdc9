#pragma once
// Any number of moves, for the commands that make them.

#include "button/store/store.hpp"

#include <span>
#include <vector>

namespace buttond {

/// Makes `moves`, in their order, and says for each what became of it: an error where the database will not
/// take that one. A store that is away, or busy, is waited for, for as long as MongoDB may keep what a
/// process locked that was killed. Fails where that was in vain, or the store can never do it: then the first
/// of them may be made.
result<std::vector<result<link_moved>>> move_links(store& in, std::span<const link_move> moves,
                                                   move_mode mode);

}  // namespace buttond
