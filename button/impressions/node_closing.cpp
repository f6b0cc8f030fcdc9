// From closed tally sheets to deltas (node_journal.hpp, steps 1 and 2).
#include "button/impressions/node_journal.hpp"
#include "button/store/batch_parts.hpp"

#include <sodium.h>

#include <fcntl.h>

namespace buttond {
namespace {

result<void> sync_content(const std::filesystem::path& file) {
  auto opened = open_file(file, O_RDONLY);
  if (!opened) return opened.error();
  return sync_file(opened->get());
}

}  // namespace

sheet_list node_journal::close(const sheet_list& closed) {
  sheet_list refused;
  for (auto& group : by_day(closed)) make_deltas(std::move(group), refused);
  settle();
  ready_ = true;
  return refused;
}

std::vector<std::vector<node_journal::waiting_sheet>> node_journal::by_day(const sheet_list& closed) {
  std::map<journal_day, std::vector<waiting_sheet>> days;
  const std::lock_guard lock(mutex_);
  for (auto& each : waiting_) days[each.day].push_back(std::move(each));
  waiting_.clear();
  for (const auto& each : closed) {
    if (each->empty()) {
      if (each->on_disk()) remove_file(each->file());
      continue;
    }
    days[each->day()].push_back(
        {each, each->file(), each->number(), each->day(), each->totals(), each->bytes()});
  }
  std::vector<std::vector<waiting_sheet>> groups;
  for (auto& [day, group] : days) groups.push_back(std::move(group));
  return groups;
}

void node_journal::make_deltas(std::vector<waiting_sheet> group, sheet_list& refused) {
  if (!on_disk()) {
    keep_in_memory(group);
    return;
  }
  if (write_deltas(group)) return;

  // The disk is full, it seems, or gone. Sheets that have their blocks already become deltas as they are.
  for (auto& each : group) {
    if (each.file.empty()) {
      refused.push_back(std::move(each.live));
    } else if (each.live != nullptr && each.live->removed()) {
      // It cannot come back, and be counted again.
      ledger_.exposed(each.totals);
      refused.push_back(std::move(each.live));
    } else if (each.live == nullptr && removed()) {
      ledger_.refuse(each.file, make_error_code(boost::system::errc::no_such_file_or_directory));
      ledger_.lost(each.totals);
    } else if (!rename_to_deltas(each)) {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(each));
    }
  }
}

/// Who reads back what a dead node left must come to the same sums as whoever else has a copy of it.
batch_seed node_journal::new_seed() const noexcept {
  batch_seed seed{};
  if (alive_) randombytes_buf(seed.data(), seed.size());
  return seed;
}

bool node_journal::write_deltas(const std::vector<waiting_sheet>& group) {
  std::vector<std::string> contents;  // of sheets that were read back; the views point into them
  contents.reserve(group.size());
  std::vector<sheet_view> views;
  deltas_head head{node_, next_file(), time_.wall(), group.front().day, new_seed(), {}, 0, 0, {}};
  queued_deltas fresh;
  event_totals from_memory;
  for (const auto& each : group) {
    if (each.live) {
      views.push_back(each.live->view());
    } else {
      auto content = read_file(each.file);
      if (!content) {
        ledger_.fail("read", each.file, content.error());
        return false;
      }
      // It was parsed when the directory was opened, and is a file of this process's since.
      views.push_back(sheet_view::parse(contents.emplace_back(std::move(*content)), node_).value());
    }
    if (each.file.empty()) {
      from_memory += each.totals;
      continue;
    }
    head.absorbed.push_back(each.number);
    fresh.absorbed.push_back(each.file);
  }
  const auto links = links_of(views);
  const auto image = encode_deltas(head, links);
  fresh.file = directory_ / deltas_name(head.number);
  if (auto written = replace_file(fresh.file, image); !written) {
    ledger_.fail("write", fresh.file, written.error());
    return false;
  }
  names_changed();
  fresh.state = deltas_state::settling;
  fresh.bytes = image.size();
  fresh.batches = cut_into_batches(links).size();
  fresh.totals = totals_of(links);
  fresh.closed_at = head.closed_at;
  fresh.since = time_.monotonic();
  fresh.day = head.day;
  queue_.add(head.number, std::move(fresh));
  ledger_.secured(from_memory);
  if (alive_) ledger_.counted(links);
  return true;
}

void node_journal::keep_in_memory(const std::vector<waiting_sheet>& group) {
  std::vector<sheet_view> views;
  for (const auto& each : group) views.push_back(each.live->view());
  const auto links = links_of(views);
  const deltas_head head{node_, next_file(), time_.wall(), group.front().day, new_seed(), {}, 0, 0, {}};
  queued_deltas fresh;
  fresh.totals = totals_of(links);
  fresh.batches = cut_into_batches(links).size();
  fresh.closed_at = head.closed_at;
  fresh.since = time_.monotonic();
  fresh.day = head.day;
  fresh.image = std::make_shared<const std::string>(encode_deltas(head, links));
  fresh.bytes = fresh.image->size();
  queue_.add(head.number, std::move(fresh));
  if (alive_) ledger_.counted(links);
}

bool node_journal::rename_to_deltas(const waiting_sheet& from) {
  // Deltas are durable before anybody is told of them; nobody syncs a sheet any more that is none.
  if (auto synced = from.live != nullptr ? from.live->sync() : sync_content(from.file); !synced) {
    ledger_.fail("sync", from.file, synced.error());
    return false;
  }
  const auto number = next_file();
  const auto content = read_file(from.file);
  const auto loaded = content ? parse_deltas(*content, node_) : content.error();
  if (!loaded) {
    ledger_.fail("read", from.file, loaded.error());
    return false;
  }
  queued_deltas fresh;
  fresh.file = directory_ / deltas_name(number);
  if (auto renamed = rename_file(from.file, fresh.file); !renamed) {
    ledger_.fail("rename", from.file, renamed.error());
    return false;
  }
  names_changed();
  fresh.bytes = from.bytes;
  fresh.batches = cut_into_batches((*loaded)->links).size();
  fresh.totals = totals_of((*loaded)->links);
  fresh.closed_at = time_.wall();
  fresh.since = time_.monotonic();
  fresh.day = from.day;
  queue_.add(number, std::move(fresh));
  if (alive_) ledger_.counted((*loaded)->links);
  return true;
}

}  // namespace buttond
