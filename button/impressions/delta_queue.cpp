#include "button/impressions/delta_queue.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace buttond {
namespace {

[[maybe_unused]] bool may_change(deltas_state from, deltas_state to) noexcept {
  using enum deltas_state;
  switch (from) {
    case settling:
      return to == waiting;
    case waiting:
      return to == merging || to == bringing;
    case merging:
      return to == waiting;
    case bringing:
      return to == waiting || to == tried;
    case tried:
      return to == bringing;
  }
  return false;
}

}  // namespace

queue_numbers& queue_numbers::operator+=(const queue_numbers& other) noexcept {
  batches += other.batches;
  if (other.oldest && (!oldest || *other.oldest < *oldest)) oldest = other.oldest;
  return *this;
}

void delta_queue::change(queued_deltas& deltas, deltas_state to) {
  assert(may_change(deltas.state, to));
  deltas.state = to;
}

void delta_queue::add(file_number number, queued_deltas deltas) {
  const std::lock_guard lock(mutex_);
  [[maybe_unused]] const bool added = entries_.emplace(number, std::move(deltas)).second;
  assert(added);
}

std::vector<delta_queue::entry> delta_queue::settling() const {
  const std::lock_guard lock(mutex_);
  std::vector<entry> found;
  for (const auto& each : entries_)
    if (each.second.state == deltas_state::settling) found.emplace_back(each);
  return found;
}

void delta_queue::settled(file_number number) {
  const std::lock_guard lock(mutex_);
  auto& deltas = entries_.at(number);
  deltas.absorbed.clear();
  change(deltas, deltas_state::waiting);
}

std::optional<delta_queue::entry> delta_queue::begin_bringing() {
  const std::lock_guard lock(mutex_);
  if (entries_.empty()) return std::nullopt;
  auto& [number, deltas] = *entries_.begin();
  if (deltas.state != deltas_state::waiting && deltas.state != deltas_state::tried) return std::nullopt;
  change(deltas, deltas_state::bringing);
  return entry(number, deltas);
}

void delta_queue::numbered(file_number number, const numbered_batches& batches, std::filesystem::path file) {
  const std::lock_guard lock(mutex_);
  auto& deltas = entries_.at(number);
  assert(deltas.state == deltas_state::bringing && !deltas.numbers);
  deltas.numbers = batches;
  deltas.file = std::move(file);
}

void delta_queue::forget_totals(file_number number) {
  const std::lock_guard lock(mutex_);
  entries_.at(number).totals = {};
}

std::optional<queued_deltas> delta_queue::acknowledge(file_number number, std::uint64_t batches,
                                                      const event_totals& totals) {
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(number);
  auto& deltas = at->second;
  assert(deltas.state == deltas_state::bringing && batches <= deltas.batches);
  deltas.totals -= totals;
  deltas.batches -= batches;
  deltas.acknowledged += batches;
  if (deltas.batches > 0) return std::nullopt;
  auto gone = std::move(deltas);
  entries_.erase(at);
  return gone;
}

void delta_queue::stop_bringing(file_number number) {
  const std::lock_guard lock(mutex_);
  auto& deltas = entries_.at(number);
  change(deltas, deltas.numbers ? deltas_state::tried : deltas_state::waiting);
}

void delta_queue::drop(file_number number) {
  const std::lock_guard lock(mutex_);
  entries_.erase(number);
}

std::optional<std::pair<delta_queue::entry, delta_queue::entry>> delta_queue::begin_merging() {
  const std::lock_guard lock(mutex_);
  if (entries_.size() < 2) return std::nullopt;
  auto& newer = *std::prev(entries_.end());
  auto& older = *std::prev(entries_.end(), 2);
  if (newer.second.state != deltas_state::waiting || older.second.state != deltas_state::waiting ||
      newer.second.day != older.second.day)
    return std::nullopt;
  // Sizes that at least halve from one entry to the next: so all together are no more than two of the oldest,
  // and a count is written again a logarithmic number of times.
  if (newer.second.bytes * 2 < older.second.bytes) return std::nullopt;
  change(newer.second, deltas_state::merging);
  change(older.second, deltas_state::merging);
  return std::pair<entry, entry>(older, newer);
}

void delta_queue::end_merging(const std::pair<entry, entry>& pair, std::optional<entry> merged) {
  const std::lock_guard lock(mutex_);
  for (const auto* each : {&pair.first, &pair.second}) {
    if (merged)
      entries_.erase(each->first);
    else
      change(entries_.at(each->first), deltas_state::waiting);
  }
  if (merged) entries_.insert(std::move(*merged));
}

std::optional<delta_queue::entry> delta_queue::begin_moving() {
  const std::lock_guard lock(mutex_);
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [](const auto& each) { return each.second.state == deltas_state::waiting; });
  if (at == entries_.end()) return std::nullopt;
  change(at->second, deltas_state::merging);
  return entry(*at);
}

void delta_queue::end_moving(file_number number, bool moved) {
  const std::lock_guard lock(mutex_);
  if (moved)
    entries_.erase(number);
  else
    change(entries_.at(number), deltas_state::waiting);
}

bool delta_queue::empty() const {
  const std::lock_guard lock(mutex_);
  return entries_.empty();
}

queue_numbers delta_queue::numbers() const {
  const std::lock_guard lock(mutex_);
  queue_numbers all;
  for (const auto& [number, each] : entries_) all += {each.batches, each.since};
  return all;
}

event_totals delta_queue::totals() const {
  const std::lock_guard lock(mutex_);
  event_totals sum;
  for (const auto& [number, each] : entries_) sum += each.totals;
  return sum;
}

}  // namespace buttond
