#pragma once
// Which of the batches that wait a fold may take: the rules without a database. A batch is never counted for
// what is guessed: it follows its node's mark, or it waits, or it is set aside. No state.

#include "button/store/batch_document.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace buttond {

/// How far each node's batches are folded.
using fold_marks = std::map<std::string, batch_mark, std::less<>>;

/// The first batches of a node that wait, in the order of their numbers.
struct waiting_node {
  std::string name;
  std::vector<waiting_batch> batches;
};

struct fold_choice {
  std::vector<waiting_batch> take;  // to be added
  fold_marks marks;                 // of the nodes in `take`, when they are
  std::vector<waiting_batch> late;  // inserted a second time after they were folded: to be deleted
  /// Brought by another process under the node's name than those that are counted: to be set aside.
  std::vector<waiting_batch> forked;
  std::vector<waiting_batch> gaps;  // they wait for the one before them
};

/// How much one fold takes at most; at least one batch.
struct fold_portion {
  std::size_t batches = 0;
  std::int64_t links = 0;
};

/// The batches are taken evenly from all nodes: the first of each, then the second. Those of one moment are
/// cut from sorted keys, so those at the same place hold much the same links, which are then written once.
fold_choice choose_batches(std::span<const waiting_node> nodes, const fold_marks& marks,
                           const fold_portion& most);

/// How many of `batches` are certain to come, one after another, after the first of them and after nothing
/// else: where the sum before one is not known, it may follow another.
std::size_t certain_run(std::span<const waiting_batch> batches);

}  // namespace buttond
