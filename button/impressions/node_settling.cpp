// What is done again until it is done, merging, and moving (node_journal.hpp, steps 1 to 3).
#include "button/impressions/node_journal.hpp"
#include "button/store/batch_parts.hpp"

namespace buttond {

void node_journal::settle() {
  remove_absorbed();
  // What a dead node left is brought as it is: a copy of the directory must come to the same batches.
  if (!alive_) return;
  merge_all();
  remove_absorbed();
}

void node_journal::remove_absorbed() {
  const auto work = queue_.settling();
  // The new name first: what it absorbed may go only when it is sure to stay.
  if (work.empty() || !sync_names()) return;
  std::vector<file_number> done;
  for (const auto& [number, deltas] : work) {
    bool all = true;
    for (const auto& file : deltas.absorbed) {
      if (auto removed = remove_file(file); !removed) {
        ledger_.fail("remove", file, removed.error());
        all = false;
      }
    }
    names_changed();
    if (all) done.push_back(number);
  }
  if (!sync_names()) return;
  for (const auto number : done) queue_.settled(number);
}

void node_journal::merge_all() {
  while (const auto pair = queue_.begin_merging()) {
    auto merged = merge(pair->first, pair->second);
    const bool failed = !merged;
    queue_.end_merging(*pair, std::move(merged));
    if (failed) return;
  }
}

std::optional<delta_queue::entry> node_journal::merge(const delta_queue::entry& older,
                                                      const delta_queue::entry& newer) {
  deltas_head head{node_, next_file(), older.second.closed_at, older.second.day, new_seed(), {}, 0, 0, {}};
  queued_deltas merged;
  std::vector<std::unique_ptr<loaded_deltas>> loaded;
  for (const auto* part : {&older, &newer}) {
    auto content = load(part->second);
    // The flusher will say what is wrong with it, when its turn comes.
    if (!content) return std::nullopt;
    loaded.push_back(std::move(*content));
    if (part->second.file.empty()) continue;
    head.absorbed.push_back(part->first);
    merged.absorbed.push_back(part->second.file);
  }
  const auto links = merge_links(loaded.front()->links, loaded.back()->links);
  auto image = encode_deltas(head, links);
  merged.totals = totals_of(links);
  merged.batches = cut_into_batches(links).size();
  merged.closed_at = head.closed_at;
  merged.since = older.second.since;
  merged.day = head.day;
  merged.bytes = image.size();
  if (!on_disk()) {
    merged.image = std::make_shared<const std::string>(std::move(image));
    return delta_queue::entry(head.number, std::move(merged));
  }
  merged.state = deltas_state::settling;
  merged.file = directory_ / deltas_name(head.number);
  if (auto written = replace_file(merged.file, image); !written) {
    ledger_.fail("write", merged.file, written.error());
    return std::nullopt;
  }
  names_changed();
  return delta_queue::entry(head.number, std::move(merged));
}

void node_journal::move_from(node_journal& from) {
  while (const auto moving = from.queue_.begin_moving()) {
    const auto& [old_number, old] = *moving;
    const auto content = from.load(old);
    deltas_head head{node_, next_file(), old.closed_at, old.day, new_seed(), {}, 0, 0, {}};
    queued_deltas moved = old;
    moved.file = directory_ / deltas_name(head.number);
    const auto written = content ? replace_file(moved.file, encode_deltas(head, (*content)->links))
                                 : result<void>(content.error());
    if (!written) {
      ledger_.fail("write", moved.file, written.error());
      from.queue_.end_moving(old_number, false);
      return;
    }
    names_changed();
    moved.image.reset();
    moved.state = deltas_state::settling;
    // Before it leaves the other queue: it is never in none.
    queue_.add(head.number, std::move(moved));
    from.queue_.end_moving(old_number, true);
    ledger_.secured(old.totals);
  }
}

}  // namespace buttond
