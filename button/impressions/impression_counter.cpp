#include "button/impressions/impression_counter.hpp"

#include <utility>

namespace buttond {
namespace {

// So that a full sheet is set aside without an allocation.
constexpr std::size_t usual_sheets_an_epoch = 64;

std::shared_ptr<tally_sheet> take_last(sheet_list& from) noexcept {
  if (from.empty()) return nullptr;
  auto taken = std::move(from.back());
  from.pop_back();
  return taken;
}

}  // namespace

impression_counter::impression_counter(sheet_size size, std::function<void()> full)
    : size_(size), full_(std::move(full)) {
  filled_.reserve(usual_sheets_an_epoch);
}

void impression_counter::add(event_kind kind, const fingerprint& link, std::string_view key,
                             std::uint64_t times) noexcept {
  auto& books = books_[kind];
  books.seen += times;
  books.accepted += times;
  if ((active_ == nullptr || !active_->add(kind, link, key, times)) && !add_to_next(kind, link, key, times)) {
    lost_.add(kind, times);
    return;
  }
  if (!active_->on_disk()) in_memory_.add(kind, times);
}

bool impression_counter::add_to_next(event_kind kind, const fingerprint& link, std::string_view key,
                                     std::uint64_t times) noexcept {
  if (active_ != nullptr) filled_.push_back(std::move(active_));
  active_ = std::exchange(spare_, nullptr);
  if (active_ == nullptr) active_ = tally_sheet::in_memory(size_);
  if (active_ == nullptr) return false;
  active_->begin(day_);
  full_();
  return active_->add(kind, link, key, times);
}

void impression_counter::filter(event_kind kind, filter_reason reason) noexcept {
  auto& books = books_[kind];
  ++books.seen;
  ++books.filtered[static_cast<std::size_t>(reason)];
}

void impression_counter::rotate(std::chrono::sys_days day, bool may_wait, sheet_list& supply,
                                sheet_list& closed) {
  day_ = day;
  for (auto& each : filled_) closed.push_back(std::move(each));
  filled_.clear();
  const bool on_disk = active_ != nullptr && active_->on_disk();
  const bool replaceable = spare_ != nullptr || !supply.empty();
  const bool counted = active_ != nullptr && !active_->empty();
  if (counted ? replaceable || !on_disk || !may_wait : replaceable && !on_disk)
    close_active(day, supply, closed);
  else if (!counted && active_ != nullptr)
    active_->begin(day);
  restock(supply);
}

void impression_counter::restock(sheet_list& supply) {
  if (spare_ == nullptr) spare_ = take_last(supply);
}

void impression_counter::discard_unused() noexcept {
  for (auto* each : {&active_, &spare_}) {
    if (*each == nullptr || !(*each)->empty()) continue;
    if ((*each)->on_disk()) remove_file((*each)->file());
    each->reset();
  }
}

void impression_counter::close_active(std::chrono::sys_days day, sheet_list& supply, sheet_list& closed) {
  if (active_ != nullptr && !active_->empty()) closed.push_back(std::move(active_));
  active_ = std::exchange(spare_, nullptr);
  if (active_ == nullptr) active_ = take_last(supply);
  if (active_ == nullptr) active_ = tally_sheet::in_memory(size_);
  if (active_ != nullptr) active_->begin(day);
}

}  // namespace buttond
