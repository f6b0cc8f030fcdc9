#include "button/store/fold_choice.hpp"

#include "button/store/batch_parts.hpp"

#include <algorithm>

namespace buttond {
namespace {

bool is_fork(const waiting_batch& b, const batch_mark& mark) {
  if (b.number == mark.number) return !b.unread && differ(b.sum, mark.sum);
  return b.after.number == mark.number && differ(b.after.sum, mark.sum);
}

/// Sorts a node's batches into `choice`; those that may be taken are returned.
std::span<const waiting_batch> sort_out(const waiting_node& node, batch_mark mark, fold_choice& choice) {
  std::span<const waiting_batch> rest{node.batches};
  while (!rest.empty() && rest.front().number <= mark.number) {
    auto& into = is_fork(rest.front(), mark) ? choice.forked : choice.late;
    into.push_back(rest.front());
    rest = rest.subspan(1);
  }
  std::size_t follow = 0;
  while (follow < rest.size() && rest[follow].after.number == mark.number && !is_fork(rest[follow], mark))
    mark = rest[follow++].mark();
  const auto stopped = rest.subspan(follow);
  const auto forked = !stopped.empty() && is_fork(stopped.front(), mark) ? certain_run(stopped) : 0;
  choice.forked.insert(choice.forked.end(), stopped.begin(),
                       stopped.begin() + static_cast<std::ptrdiff_t>(forked));
  choice.gaps.insert(choice.gaps.end(), stopped.begin() + static_cast<std::ptrdiff_t>(forked), stopped.end());
  return rest.first(follow);
}

}  // namespace

std::size_t certain_run(std::span<const waiting_batch> batches) {
  std::size_t run = 1;
  while (run < batches.size() && !batches[run].after.sum.empty() && !batches[run - 1].unread) ++run;
  return std::min(run, batches.size());
}

fold_choice choose_batches(std::span<const waiting_node> nodes, const fold_marks& marks) {
  fold_choice choice;
  std::vector<std::span<const waiting_batch>> following;
  std::size_t longest = 0;
  for (const auto& node : nodes) {
    const auto mark = marks.find(node.name);
    following.push_back(sort_out(node, mark == marks.end() ? batch_mark{} : mark->second, choice));
    longest = std::max(longest, following.back().size());
  }
  std::stable_sort(following.begin(), following.end(), [](const auto& left, const auto& right) {
    return !left.empty() && (right.empty() || left.front().at < right.front().at);
  });
  for (std::size_t place = 0; place < longest; ++place)
    for (const auto& batches : following)
      if (place < batches.size()) choice.take.push_back(batches[place]);
  return choice;
}

fold_marks marks_after(std::span<const waiting_batch> taken) {
  fold_marks marks;
  for (const auto& b : taken) marks[b.node] = b.mark();
  return marks;
}

}  // namespace buttond
