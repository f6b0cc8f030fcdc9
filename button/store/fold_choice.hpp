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
  bool has_more = false;  // than these
};

struct fold_choice {
  /// To be added: any number of them from the first on. The batches of one moment are cut from sorted keys,
  /// so those at the same place of each node are likely to hold the same links, and stand together: a link is
  /// written once for all batches of a fold. Of these, who has waited longest comes first.
  std::vector<waiting_batch> take;
  std::vector<waiting_batch> late;  // inserted a second time after they were folded: to be deleted
  /// Brought by another process under the node's name than those that are counted: to be set aside.
  std::vector<waiting_batch> forked;
  std::vector<waiting_batch> gaps;  // they wait for the one before them
};

fold_choice choose_batches(std::span<const waiting_node> nodes, const fold_marks& marks);

/// The marks of the nodes of `taken`, in the order of choose_batches(), when all of it is folded.
fold_marks marks_after(std::span<const waiting_batch> taken);

/// How many of `batches` are certain to come, one after another, after the first of them and after nothing
/// else: where the sum before one is not known, it may follow another.
std::size_t certain_run(std::span<const waiting_batch> batches);

}  // namespace buttond
