// From closed slabs to batches (journal_slot.hpp, steps 1 and 2).
#include "button/impressions/journal_slot.hpp"

namespace buttond {
namespace {

std::vector<link_delta> links_of(std::span<const slab_view> views) {
  std::vector<link_delta> links;
  for (const auto& view : views) {
    view.for_each([&](std::string_view key, const event_totals& counts) {
      links.push_back(
          {key,
           {static_cast<std::int64_t>(counts.impressions), static_cast<std::int64_t>(counts.clicks), 0}});
    });
  }
  sort_and_combine(links);
  return links;
}

event_totals totals_of(std::span<const link_delta> links) noexcept {
  event_totals totals;
  for (const auto& link : links) {
    totals.impressions += static_cast<std::uint64_t>(link.delta.impressions);
    totals.clicks += static_cast<std::uint64_t>(link.delta.clicks);
  }
  return totals;
}

}  // namespace

std::vector<std::shared_ptr<slab>> journal_slot::close(const std::vector<std::shared_ptr<slab>>& closed) {
  std::map<journal_day, std::vector<waiting_slab>> by_day;
  {
    const std::lock_guard lock(mutex_);
    for (auto& each : waiting_) by_day[each.day].push_back(std::move(each));
    waiting_.clear();
    for (const auto& each : closed) {
      if (each->empty()) {
        if (each->on_disk()) remove_file(each->file());
        continue;
      }
      by_day[each->day()].push_back(
          {each, each->file(), each->number(), each->day(), each->totals(), each->bytes()});
    }
  }
  std::vector<std::shared_ptr<slab>> refused;
  for (auto& [day, group] : by_day) make_batch(std::move(group), refused);
  settle();
  return refused;
}

void journal_slot::make_batch(std::vector<waiting_slab> group, std::vector<std::shared_ptr<slab>>& refused) {
  const auto keep_waiting = [&](waiting_slab& each) {
    if (each.file.empty()) {
      refused.push_back(std::move(each.live));
      return;
    }
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(each));
  };

  const auto number = identity_.next_number();
  if (!number) {
    ledger_.fail("reserve numbers in", directory_, number.error());
    for (auto& each : group) keep_waiting(each);
    return;
  }
  if (directory_.empty()) {
    make_memory_batch(group, *number);
    return;
  }
  if (write_batch(group, *number)) return;

  // The disk is full, it seems. Slabs that have their blocks already become batches as they are.
  std::vector<waiting_slab> in_memory;
  for (auto& each : group) {
    if (each.file.empty())
      in_memory.push_back(std::move(each));
    else if (!rename_to_batch(each))
      keep_waiting(each);
  }
  if (!in_memory.empty()) make_memory_batch(in_memory, *number);
}

bool journal_slot::write_batch(const std::vector<waiting_slab>& group, std::int64_t number) {
  std::vector<std::string> contents;  // of slabs that were read back; the views point into them
  contents.reserve(group.size());
  std::vector<slab_view> views;
  batch_head head{node(), number, time_.wall(), group.front().day, {}, 0, {}};
  entry fresh;
  for (const auto& each : group) {
    if (each.live) {
      views.push_back(each.live->view());
    } else {
      auto content = read_file(each.file);
      if (!content) {
        ledger_.fail("read", each.file, content.error());
        return false;
      }
      // It was parsed when the slot was opened, and is a file of this process's since.
      views.push_back(slab_view::parse(contents.emplace_back(std::move(*content)), node()).value());
    }
    if (each.file.empty()) continue;
    head.absorbed.push_back(each.number);
    fresh.absorbed.push_back(each.file);
  }
  const auto links = links_of(views);
  const auto image = encode_batch(head, links);
  fresh.file = path("batch", number);
  if (auto written = replace_file(fresh.file, image); !written) {
    ledger_.fail("write", fresh.file, written.error());
    return false;
  }
  fresh.bytes = image.size();
  fresh.totals = totals_of(links);
  fresh.closed_at = head.closed_at;
  fresh.day = head.day;
  fresh.unsynced = true;
  const std::lock_guard lock(mutex_);
  entries_.emplace(number, std::move(fresh));
  return true;
}

void journal_slot::make_memory_batch(std::span<const waiting_slab> group, std::int64_t number) {
  std::vector<slab_view> views;
  for (const auto& each : group) views.push_back(each.live->view());
  const auto links = links_of(views);
  entry fresh;
  fresh.totals = totals_of(links);
  fresh.closed_at = time_.wall();
  fresh.day = group.front().day;
  fresh.image = std::make_shared<const std::string>(
      encode_batch({node(), number, fresh.closed_at, fresh.day, {}, 0, {}}, links));
  fresh.bytes = fresh.image->size();
  const std::lock_guard lock(mutex_);
  entries_.emplace(number, std::move(fresh));
}

bool journal_slot::rename_to_batch(const waiting_slab& from) {
  const auto number = identity_.next_number();
  if (!number) {
    ledger_.fail("reserve numbers in", directory_, number.error());
    return false;
  }
  entry fresh;
  fresh.file = path("batch", *number);
  if (auto renamed = rename_file(from.file, fresh.file); !renamed) {
    ledger_.fail("rename", from.file, renamed.error());
    return false;
  }
  fresh.bytes = from.bytes;
  fresh.totals = from.totals;
  fresh.closed_at = time_.wall();
  fresh.day = from.day;
  fresh.unsynced = true;
  const std::lock_guard lock(mutex_);
  entries_.emplace(*number, std::move(fresh));
  return true;
}

}  // namespace buttond
