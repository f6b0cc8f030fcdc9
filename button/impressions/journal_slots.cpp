#include "button/impressions/journal_slots.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

namespace buttond {
namespace {

constexpr int most_slots = 1000;

bool is_number(std::string_view name) noexcept {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

journal_slots::journal_slots(std::filesystem::path root, const clock& time, journal_ledger& ledger)
    : root_(std::move(root)), time_(time), ledger_(ledger) {
  take_own();
}

void journal_slots::take_own() {
  for (int number = 0; number < most_slots; ++number) {
    const auto directory = root_ / std::to_string(number);
    if (is_known(directory)) continue;
    auto opened = journal_slot::open(directory, time_, ledger_);
    if (opened) {
      own_ = std::move(*opened);
      add(own_);
      return;
    }
    const bool in_use = opened.error() == boost::system::errc::operation_would_block;
    const bool refused = opened.error().category() == error_category();
    if (in_use || refused) continue;
    ledger_.fail("use", directory, opened.error());
    return;
  }
}

void journal_slots::look_around() {
  if (own_ == nullptr) {
    take_own();
    if (own_ != nullptr) spdlog::info("journal: {} can be written now", root_.string());
  }
  if (own_ != nullptr && in_memory_ != nullptr) own_->adopt_untried(*in_memory_);
  drop_empty();
  adopt_others();
}

void journal_slots::adopt_others() {
  const auto names = list_directory(root_);
  if (!names) return;  // take_own() says why
  for (const auto& name : *names) {
    const auto directory = root_ / name;
    if (!is_number(name) || is_known(directory) || !has_work(directory)) continue;
    auto opened = journal_slot::open(directory, time_, ledger_);
    if (!opened) continue;  // in use, or refused and said so
    std::shared_ptr<journal_slot> slot = std::move(*opened);
    const auto found = slot->numbers();
    if (found.batches == 0) continue;
    spdlog::info("journal: {} was left behind with {} impressions and {} clicks; they are flushed from here",
                 directory.string(), found.pending.impressions, found.pending.clicks);
    slot->close({});
    add(std::move(slot));
  }
}

bool journal_slots::has_work(const std::filesystem::path& directory) const {
  const auto names = list_directory(directory);
  return names && std::any_of(names->begin(), names->end(), [&](const std::string& name) {
           return (name.starts_with("slab-") || name.starts_with("batch-")) &&
                  !ledger_.is_refused(directory / name);
         });
}

bool journal_slots::is_known(const std::filesystem::path& directory) const {
  const auto known = all();
  return std::any_of(known.begin(), known.end(),
                     [&](const auto& slot) { return slot->directory() == directory; });
}

void journal_slots::add(std::shared_ptr<journal_slot> slot) {
  const std::lock_guard lock(mutex_);
  slots_.push_back(std::move(slot));
}

void journal_slots::drop_empty() {
  const std::lock_guard lock(mutex_);
  std::erase_if(slots_, [this](const auto& slot) {
    return slot != own_ && slot != in_memory_ && slot->numbers().batches == 0;
  });
}

std::vector<std::shared_ptr<journal_slot>> journal_slots::all() const {
  const std::lock_guard lock(mutex_);
  return slots_;
}

std::shared_ptr<slab> journal_slots::new_slab(slab_size size) {
  if (own_ == nullptr) return nullptr;
  auto made = own_->new_slab(size);
  if (made) return std::move(*made);
  ledger_.fail("make a slab in", own_->directory(), made.error());
  return nullptr;
}

void journal_slots::close(slab_list closed) {
  if (own_ != nullptr) closed = own_->close(closed);
  for (const auto& slot : all())
    if (slot != own_ && slot != in_memory_) slot->close({});
  if (closed.empty()) return;
  if (in_memory_ == nullptr) {
    in_memory_ = journal_slot::in_memory(time_, ledger_);
    add(in_memory_);
  }
  in_memory_->close(closed);
}

std::optional<std::pair<std::shared_ptr<journal_slot>, journal_slot::claimed>> journal_slots::take() {
  for (auto& slot : all())
    if (auto claimed = slot->claim()) return std::pair(std::move(slot), std::move(*claimed));
  return std::nullopt;
}

slot_numbers journal_slots::numbers() const {
  slot_numbers sum;
  for (const auto& slot : all()) {
    const auto one = slot->numbers();
    sum.batches += one.batches;
    sum.bytes += one.bytes;
    sum.pending += one.pending;
    sum.at_risk += one.at_risk;
    if (one.oldest && (!sum.oldest || *one.oldest < *sum.oldest)) sum.oldest = one.oldest;
  }
  return sum;
}

}  // namespace buttond
