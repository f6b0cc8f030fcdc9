#include "button/impressions/journal_slot.hpp"

namespace buttond {
namespace {

constexpr std::string_view tried_mark = ".tried";

}  // namespace

journal_slot::journal_slot(std::filesystem::path directory, unique_fd lock, node_identity identity,
                           const clock& time, journal_ledger& ledger)
    : directory_(std::move(directory)),
      lock_(std::move(lock)),
      identity_(std::move(identity)),
      time_(time),
      ledger_(ledger) {}

std::unique_ptr<journal_slot> journal_slot::in_memory(const clock& time, journal_ledger& ledger) {
  return std::unique_ptr<journal_slot>(
      new journal_slot({}, {}, node_identity::for_this_process(time), time, ledger));
}

std::filesystem::path journal_slot::path(std::string_view kind, std::int64_t number,
                                         std::string_view end) const {
  return directory_ / std::string(kind).append("-").append(std::to_string(number)).append(end);
}

result<std::shared_ptr<slab>> journal_slot::new_slab(slab_size size) {
  auto number = identity_.next_number();
  if (!number) return number.error();
  auto made = slab::create(path("slab", *number), node(), *number, size);
  if (!made) return made;
  if (auto synced = sync_directory(directory_); !synced) {
    remove_file((*made)->file());
    return synced.error();
  }
  return made;
}

std::optional<journal_slot::claimed> journal_slot::claim() {
  std::int64_t number = 0;
  entry taken;
  {
    const std::lock_guard lock(mutex_);
    // Strictly in order: where the first cannot go, none does.
    if (entries_.empty()) return std::nullopt;
    auto& [first, head] = *entries_.begin();
    if (head.claimed || !head.settled()) return std::nullopt;
    head.claimed = true;
    number = first;
    taken = head;
  }
  if (!mark_tried(number, taken)) {
    give_back(number);
    return std::nullopt;
  }
  auto content = load(taken);
  if (content) return claimed(number, std::move(*content));
  // One that cannot be read for good must not hold up what comes after it.
  if (content.error().category() == error_category() || content.error() == boost::system::errc::io_error) {
    drop_damaged(number, content.error());
  } else {
    ledger_.fail("read", taken.file, content.error());
    give_back(number);
  }
  return std::nullopt;
}

bool journal_slot::mark_tried(std::int64_t number, entry& taken) {
  if (taken.tried) return true;
  auto marked = taken.file;
  if (!marked.empty() && marked.extension() != tried_mark) {
    marked += tried_mark;
    if (auto renamed = rename_file(taken.file, marked); !renamed) {
      ledger_.fail("rename", taken.file, renamed.error());
      return false;
    }
    taken.file = marked;
    const std::lock_guard lock(mutex_);
    auto& head = entries_.at(number);
    head.file = marked;
    head.tried = head.unsynced = true;
  }
  if (!sync_names()) return false;
  const std::lock_guard lock(mutex_);
  entries_.at(number).tried = true;
  return true;
}

result<std::unique_ptr<loaded_batch>> journal_slot::load(const entry& from) const {
  if (from.file.empty()) return parse_batch(*from.image, node());
  auto content = read_file(from.file);
  if (!content) return content.error();
  return parse_batch(std::move(*content), node());
}

void journal_slot::drop_damaged(std::int64_t number, const error_code& why) {
  entry damaged;
  {
    const std::lock_guard lock(mutex_);
    damaged = std::move(entries_.at(number));
    entries_.erase(number);
  }
  ledger_.refuse(damaged.file, why);
  ledger_.lost(damaged.totals);
}

batch journal_slot::describe(std::int64_t number, const loaded_batch& content) const {
  const std::lock_guard lock(mutex_);
  batch described;
  described.node = node();
  described.number = number;
  described.after.number = number - 1;
  described.day = entries_.at(number).day;
  described.links = content.links;
  return described;
}

void journal_slot::acknowledge(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(number);
  ledger_.stored(at->second.totals);
  if (!at->second.file.empty()) {
    // Not durably: should it come back, applying it again changes nothing.
    if (auto removed = remove_file(at->second.file); !removed)
      ledger_.fail("remove", at->second.file, removed.error());
  }
  if (at->second.being_saved)
    at->second.acknowledged = true;  // who saves it removes it
  else
    entries_.erase(at);
}

void journal_slot::give_back(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  entries_.at(number).claimed = false;
}

slot_numbers journal_slot::numbers() const {
  const std::lock_guard lock(mutex_);
  slot_numbers all;
  const auto add = [&all](const event_totals& totals, std::uint64_t bytes, bool safe) {
    ++all.batches;
    all.bytes += bytes;
    all.pending += totals;
    if (!safe) all.at_risk += totals;
  };
  for (const auto& [number, each] : entries_) {
    if (each.acknowledged) continue;
    add(each.totals, each.bytes, !each.file.empty());
    if (!all.oldest || each.closed_at < *all.oldest) all.oldest = each.closed_at;
  }
  for (const auto& each : waiting_) add(each.totals, each.bytes, true);
  return all;
}

}  // namespace buttond
