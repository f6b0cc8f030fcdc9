#include "button/store/move_plan.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace buttond {
namespace {

void add_up(std::int64_t& sum, std::int64_t more) noexcept {
  if (__builtin_add_overflow(sum, more, &sum)) sum = std::numeric_limits<std::int64_t>::max();
}

/// What is less than 0 was written by another program, and counts as nothing.
tally take_counts(movable_link& from, movable_link& to) noexcept {
  const auto [impressions, clicks, shares] = std::exchange(from.counts, {});
  const tally taken{std::max<std::int64_t>(impressions, 0), std::max<std::int64_t>(clicks, 0),
                    std::max<std::int64_t>(shares, 0)};
  add_up(to.counts.impressions, taken.impressions);
  add_up(to.counts.clicks, taken.clicks);
  add_up(to.counts.shares, taken.shares);
  return taken;
}

/// The newest of both, in turns, so that each has at least half of its ids known.
void take_ids(std::vector<std::string>& from, std::vector<std::string>& to) {
  if (from.empty()) return;
  std::vector<std::string> newest_first;
  std::set<std::string> known;
  const auto take_last = [&](std::vector<std::string>& ids) {
    if (ids.empty()) return;
    if (known.insert(ids.back()).second) newest_first.push_back(std::move(ids.back()));
    ids.pop_back();
  };
  while ((!from.empty() || !to.empty()) && newest_first.size() < recent_shares_kept) {
    take_last(to);
    if (newest_first.size() < recent_shares_kept) take_last(from);
  }
  from.clear();
  to.assign(std::make_move_iterator(newest_first.rbegin()), std::make_move_iterator(newest_first.rend()));
}

}  // namespace

move_plan::move_plan(std::span<const link_move> moves) : moves_(moves) {}

std::vector<std::string> move_plan::unread() const {
  std::set<std::string> keys;
  const auto need = [&](const std::string& key) {
    if (!key.empty() && !links_.contains(key)) keys.insert(key);
  };
  for (const auto& move : moves_) {
    need(move.from);
    need(move.to);
  }
  for (const auto& [key, link] : links_) need(link.moved_to);
  return {keys.begin(), keys.end()};
}

// A way that leads back to `from`, or never ends since somebody else wrote it, ends at `to`.
std::string move_plan::end_of_way(const std::string& from, const std::string& to) {
  const auto* end = &to;
  for (std::size_t steps = 0; steps <= links_.size(); ++steps) {
    if (*end == from) break;
    const auto& next = links_[*end].moved_to;
    if (next.empty()) return *end;
    end = &next;
  }
  auto& again = links_[to];
  again.moved_to.clear();
  again.changed = true;
  return to;
}

link_moved move_plan::carry_out(const link_move& move) {
  auto& from = links_[move.from];
  const auto to = move.to.empty() ? from.moved_to : move.to;
  if (to.empty() || to == move.from) return {move.from, {}};
  const auto end = end_of_way(move.from, to);
  const bool moved_before = from.moved_to == end;
  if (moved_before && from.counts == tally{} && from.recent.empty() && from.recent_readers.empty())
    return {end, {}};
  // Both are written, also where no count moves: so two moves at once that would lead in a circle collide.
  auto& into = links_[end];
  const auto taken = take_counts(from, into);
  take_ids(from.recent, into.recent);
  take_ids(from.recent_readers, into.recent_readers);
  from.moved_to = end;
  from.changed = true;
  into.changed = true;
  return {end, taken};
}

std::vector<link_moved> move_plan::run() {
  std::vector<link_moved> moved;
  moved.reserve(moves_.size());
  for (const auto& move : moves_) moved.push_back(carry_out(move));
  // What is one way here is one step of it for whoever reads.
  for (auto& [key, link] : links_)
    if (link.changed && !link.moved_to.empty()) link.moved_to = end_of_way(key, link.moved_to);
  return moved;
}

}  // namespace buttond
