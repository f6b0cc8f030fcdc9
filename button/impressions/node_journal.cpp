#include "button/impressions/node_journal.hpp"

#include "button/store/batch_parts.hpp"

#include <sodium.h>

#include <algorithm>

namespace buttond {
namespace {

constexpr int most_names_tried = 8;

}  // namespace

node_journal::node_journal(std::filesystem::path directory, unique_fd lock, std::string node, bool alive,
                           const clock& time, journal_ledger& ledger)
    : directory_(std::move(directory)),
      lock_(std::move(lock)),
      node_(std::move(node)),
      alive_(alive),
      time_(time),
      ledger_(ledger),
      ready_(alive) {}

result<std::shared_ptr<node_journal>> node_journal::create(const std::filesystem::path& root,
                                                           const clock& time, journal_ledger& ledger) {
  error_code failure;
  // Another process that tidies up may take a directory that is not locked yet: then under another name.
  for (int tried = 0; tried < most_names_tried; ++tried) {
    auto name = make_node_name();
    const auto directory = root / name;
    if (auto made = make_directory(directory); !made) return made.error();
    auto lock = lock_file(directory / lock_name);
    if (!lock) {
      failure = lock.error();
      continue;
    }
    std::error_code unknown;
    if (!std::filesystem::exists(directory / lock_name, unknown)) continue;
    if (auto synced = sync_directory(root); !synced) return synced.error();
    return std::shared_ptr<node_journal>(
        new node_journal(directory, std::move(*lock), std::move(name), true, time, ledger));
  }
  return failure;
}

std::shared_ptr<node_journal> node_journal::in_memory(const clock& time, journal_ledger& ledger) {
  return std::shared_ptr<node_journal>(new node_journal({}, {}, make_node_name(), true, time, ledger));
}

node_journal::~node_journal() {
  if (!on_disk()) return;
  const auto names = list_directory(directory_);
  if (!names) return;
  const auto is_needed = [](const std::string& name) {
    const auto what = read_journal_name(name).what;
    return name != lock_name && what != journal_file::kind::brought && what != journal_file::kind::unfinished;
  };
  if (std::any_of(names->begin(), names->end(), is_needed)) return;
  // The lock is the last: until then nobody else takes the directory for one that can be read.
  for (const auto& name : *names)
    if (name != lock_name) remove_file(directory_ / name);
  remove_file(directory_ / lock_name);
  remove_empty_directory(directory_);
}

result<std::shared_ptr<tally_sheet>> node_journal::new_sheet(sheet_size size) {
  const auto number = next_file();
  auto made = tally_sheet::create(directory_ / sheet_name(number), node_, number, size);
  if (!made) return made;
  names_changed();
  if (auto synced = sync_directory(directory_); !synced) {
    remove_file((*made)->file());
    return synced.error();
  }
  std::erase_if(sheets_, [](const auto& each) { return each.expired(); });
  sheets_.push_back(*made);
  return made;
}

std::optional<batch_claim> node_journal::take() {
  while (ready_) {
    auto taken = queue_.begin_bringing();
    if (!taken) break;
    auto& [number, deltas] = *taken;
    auto content = load(deltas);
    const bool damaged = !content && (content.error().category() == error_category() ||
                                      content.error() == boost::system::errc::io_error || removed());
    if (damaged) {
      // One that cannot be read for good must not hold up what comes after it.
      drop_damaged(number, deltas, content.error());
      if (!deltas.numbers) {
        queue_.drop(number);
        continue;
      }
    } else if (!content) {
      ledger_.fail("read", deltas.file, content.error());
      queue_.stop_bringing(number);
      return std::nullopt;
    }
    if (!give_numbers(number, deltas) || !sync_names()) {
      queue_.stop_bringing(number);
      return std::nullopt;
    }
    auto cut_up = damaged ? unread_batches(deltas) : cut(deltas, **content);
    if (cut_up.back().number > last_.number)
      last_ = {cut_up.back().number, damaged ? std::string() : cut_up.back().sum};
    cut_up.erase(cut_up.begin(), cut_up.begin() + static_cast<std::ptrdiff_t>(deltas.acknowledged));
    return batch_claim(shared_from_this(), number, damaged ? nullptr : std::move(*content),
                       std::move(cut_up));
  }
  return std::nullopt;
}

bool node_journal::give_numbers(file_number number, queued_deltas& deltas) {
  if (deltas.numbers) return true;
  const numbered_batches given{last_, last_.number + static_cast<std::int64_t>(deltas.batches)};
  std::filesystem::path named;
  if (on_disk()) {
    named = directory_ / deltas_name(number, given);
    if (auto renamed = rename_file(deltas.file, named); !renamed) {
      ledger_.fail("rename", deltas.file, renamed.error());
      return false;
    }
    names_changed();
  }
  queue_.numbered(number, given, named);
  deltas.numbers = given;
  deltas.file = std::move(named);
  return true;
}

bool node_journal::sync_names() {
  const auto changes = name_changes_.load();
  if (!on_disk() || synced_changes_.load() >= changes) return true;
  if (auto synced = sync_directory(directory_); !synced) {
    ledger_.fail("sync", directory_, synced.error());
    return false;
  }
  auto known = synced_changes_.load();
  while (known < changes && !synced_changes_.compare_exchange_weak(known, changes)) {
  }
  return true;
}

/// Errors: those of reading; file_corrupt, also where it holds other batches than its name says.
result<std::unique_ptr<loaded_deltas>> node_journal::load(const queued_deltas& from) const {
  if (from.refused) return errc::file_corrupt;
  auto bytes = from.file.empty() ? result<std::string>(*from.image) : read_file(from.file);
  if (!bytes) return bytes.error();
  auto content = parse_deltas(std::move(*bytes), node_);
  if (!content) return content;
  const auto batches = cut_into_batches((*content)->links).size();
  if (batches == 0 || batches != from.batches + from.acknowledged) return errc::file_corrupt;
  return content;
}

/// All batches of the file, whether they were acknowledged or not: each one's sum covers the one before it.
std::vector<batch> node_journal::cut(const queued_deltas& deltas, const loaded_deltas& content) const {
  std::vector<batch> batches;
  batch_mark after = deltas.numbers->after;
  std::span<const link_delta> rest = content.links;
  for (const auto links : cut_into_batches(content.links)) {
    auto& each = batches.emplace_back();
    each.node = node_;
    each.number = after.number + 1;
    each.after = std::move(after);
    each.day = deltas.day;
    each.closed_at = deltas.closed_at;
    each.links = rest.first(links);
    rest = rest.subspan(links);
    each.sum = batch_sum(each, {content.seed.data(), content.seed.size()});
    after = {each.number, each.sum};
  }
  return batches;
}

/// What stands for the batches of a file that cannot be read: their numbers are known, nothing else.
std::vector<batch> node_journal::unread_batches(const queued_deltas& deltas) const {
  std::vector<batch> batches;
  for (auto number = deltas.numbers->first(); number <= deltas.numbers->last; ++number) {
    auto& each = batches.emplace_back();
    each.node = node_;
    each.number = number;
    each.after = number == deltas.numbers->first() ? deltas.numbers->after : batch_mark{number - 1, {}};
    each.day = deltas.day;
    each.closed_at = deltas.closed_at;
    each.unread = true;
    each.sum = batch_sum(each, {});
  }
  return batches;
}

void node_journal::drop_damaged(file_number number, const queued_deltas& deltas, const error_code& why) {
  ledger_.refuse(deltas.file, why);
  ledger_.lost(deltas.totals);
  queue_.forget_totals(number);
}

bool node_journal::acknowledge(file_number number, std::uint64_t batches, const event_totals& totals) {
  ledger_.stored(totals);
  if (!on_disk()) ledger_.secured(totals);
  const auto brought = queue_.acknowledge(number, batches, totals);
  if (brought && on_disk()) remember_brought(brought->file);
  return brought.has_value();
}

/// Not durably: should the names of before come back, all is brought again, which changes nothing.
void node_journal::remember_brought(const std::filesystem::path& file) {
  if (ledger_.is_refused(file)) return;  // it is left as it is, for whoever can mend it
  auto named = directory_ / brought_name(last_);
  if (auto renamed = rename_file(file, named); !renamed) {
    ledger_.fail("rename", file, renamed.error());
    return;
  }
  names_changed();
  const auto before = std::exchange(brought_, std::move(named));
  if (before.empty() || before == brought_) return;
  if (auto removed = remove_file(before); !removed) ledger_.fail("remove", before, removed.error());
}

bool node_journal::finished() const {
  {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) return false;
  }
  return queue_.empty() &&
         std::all_of(sheets_.begin(), sheets_.end(), [](const auto& each) { return each.expired(); });
}

queue_numbers node_journal::numbers() const {
  auto all = queue_.numbers();
  const std::lock_guard lock(mutex_);
  all += {waiting_.size(), std::nullopt};
  return all;
}

std::uint64_t node_journal::bytes_on_disk() const {
  if (!on_disk()) return 0;
  const auto names = list_directory(directory_);
  if (!names) return 0;
  std::uint64_t sum = 0;
  const auto add = [&sum](const std::filesystem::path& file) {
    if (const auto bytes = buttond::bytes_on_disk(file)) sum += *bytes;  // else it is gone meanwhile
  };
  add(directory_);
  for (const auto& name : *names) add(directory_ / name);
  return sum;
}

event_totals node_journal::pending() const {
  auto sum = queue_.totals();
  const std::lock_guard lock(mutex_);
  for (const auto& each : waiting_) sum += each.totals;
  return sum;
}

}  // namespace buttond
