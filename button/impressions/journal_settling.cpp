// What is done again until it is done, and merging (journal_slot.hpp, steps 1 to 3).
#include "button/impressions/journal_slot.hpp"

#include <algorithm>
#include <iterator>

namespace buttond {

void journal_slot::settle() {
  if (!directory_.empty()) {
    identity_.top_up();
    save_from_memory();
    remove_absorbed();
  }
  merge_all();
  if (!directory_.empty()) remove_absorbed();
}

bool journal_slot::sync_names() {
  std::vector<std::int64_t> unsynced;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, each] : entries_)
      if (each.unsynced) unsynced.push_back(number);
  }
  if (unsynced.empty()) return true;
  if (auto synced = sync_directory(directory_); !synced) {
    ledger_.fail("sync", directory_, synced.error());
    return false;
  }
  const std::lock_guard lock(mutex_);
  for (const auto number : unsynced)
    if (const auto at = entries_.find(number); at != entries_.end()) at->second.unsynced = false;
  return true;
}

void journal_slot::remove_absorbed() {
  // A batch's own name first: its slabs may go only when it is sure to stay.
  if (!sync_names()) return;
  std::vector<std::pair<std::int64_t, std::vector<std::filesystem::path>>> work;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, each] : entries_)
      if (!each.absorbed.empty()) work.emplace_back(number, each.absorbed);
  }
  for (const auto& [number, files] : work) {
    bool all = true;
    for (const auto& file : files) {
      if (auto removed = remove_file(file); !removed) {
        ledger_.fail("remove", file, removed.error());
        all = false;
      }
    }
    if (!all) continue;
    const std::lock_guard lock(mutex_);
    auto& settled = entries_.at(number);
    settled.absorbed.clear();
    settled.unsynced = true;
  }
  sync_names();
}

void journal_slot::save_from_memory() {
  std::vector<std::pair<std::int64_t, std::shared_ptr<const std::string>>> work;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [number, each] : entries_) {
      if (!each.file.empty()) continue;
      each.being_saved = true;
      work.emplace_back(number, each.image);
    }
  }
  for (const auto& [number, image] : work) {
    // As tried, whether it is or not: the flusher may try it at any moment.
    const auto file = path("batch", number, ".tried");
    const auto written = replace_file(file, *image);
    if (!written) ledger_.fail("write", file, written.error());
    const std::lock_guard lock(mutex_);
    auto& saved = entries_.at(number);
    saved.being_saved = false;
    if (saved.acknowledged) {
      if (written) remove_file(file);
      entries_.erase(number);
    } else if (written) {
      saved.file = file;
      saved.image.reset();
      saved.unsynced = true;
    }
  }
}

void journal_slot::merge_all() {
  while (auto pair = claim_newest_two()) {
    auto merged = merge(*pair);
    const std::lock_guard lock(mutex_);
    for (const auto& [number, each] : *pair) {
      if (merged)
        entries_.erase(number);
      else
        entries_.at(number).claimed = false;
    }
    if (!merged) return;
    entries_.insert(std::move(*merged));
  }
}

std::optional<journal_slot::entries> journal_slot::claim_newest_two() {
  const std::lock_guard lock(mutex_);
  if (entries_.size() < 2) return std::nullopt;
  auto& newer = *std::prev(entries_.end());
  auto& older = *std::prev(entries_.end(), 2);
  const auto free = [](const entry& each) {
    return !each.tried && !each.claimed && !each.being_saved && each.settled();
  };
  if (!free(newer.second) || !free(older.second) || newer.second.day != older.second.day) return std::nullopt;
  // Sizes that at least halve from one batch to the next: so all together are no more than two of the oldest,
  // and a count is written again a logarithmic number of times.
  if (newer.second.bytes * 2 < older.second.bytes) return std::nullopt;
  newer.second.claimed = older.second.claimed = true;
  return entries{older, newer};
}

std::optional<journal_slot::entries::value_type> journal_slot::merge(const entries& pair) {
  std::vector<std::unique_ptr<loaded_batch>> loaded;
  batch_head head;
  entry merged;
  for (const auto& [number, each] : pair) {
    auto content = load(each);
    // The flusher will say what is wrong with it, when its turn comes.
    if (!content) return std::nullopt;
    loaded.push_back(std::move(*content));
    if (each.file.empty()) continue;
    head.absorbed.push_back(number);
    merged.absorbed.push_back(each.file);
  }
  const auto number = identity_.next_number();
  if (!number) {
    ledger_.fail("reserve numbers in", directory_, number.error());
    return std::nullopt;
  }
  const auto& oldest = pair.begin()->second;
  head.node = node();
  head.number = *number;
  head.day = merged.day = oldest.day;
  head.closed_at = merged.closed_at = oldest.closed_at;
  auto image = encode_batch(head, merge_links(loaded.front()->links, loaded.back()->links));
  for (const auto& [unused, each] : pair) merged.totals += each.totals;
  merged.bytes = image.size();
  if (merged.absorbed.empty()) {
    merged.image = std::make_shared<const std::string>(std::move(image));
    return entries::value_type(*number, std::move(merged));
  }
  merged.file = path("batch", *number);
  merged.unsynced = true;
  if (auto written = replace_file(merged.file, image); !written) {
    ledger_.fail("write", merged.file, written.error());
    return std::nullopt;
  }
  return entries::value_type(*number, std::move(merged));
}

void journal_slot::adopt_untried(journal_slot& from) {
  while (true) {
    entries moving;
    {
      const std::lock_guard lock(from.mutex_);
      const auto at = std::find_if(from.entries_.begin(), from.entries_.end(), [](const auto& each) {
        return !each.second.tried && !each.second.claimed && !each.second.being_saved;
      });
      if (at == from.entries_.end()) return;
      at->second.claimed = true;
      moving.insert(*at);
    }
    auto& [old_number, moved] = *moving.begin();
    const auto content = from.load(moved);
    const auto number = identity_.next_number();
    const bool possible = content && number;
    if (possible) {
      moved.image = std::make_shared<const std::string>(
          encode_batch({node(), *number, moved.closed_at, moved.day, {}, 0, {}}, (*content)->links));
      moved.bytes = moved.image->size();
      moved.claimed = false;
    }
    {
      const std::lock_guard lock(from.mutex_);
      if (!possible) {
        from.entries_.at(old_number).claimed = false;
        return;
      }
      from.entries_.erase(old_number);
    }
    const std::lock_guard lock(mutex_);
    entries_.emplace(*number, std::move(moved));
  }
}

}  // namespace buttond
