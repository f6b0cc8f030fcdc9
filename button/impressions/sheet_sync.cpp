#include "button/impressions/sheet_sync.hpp"

#include "common/background_thread.hpp"

#include <algorithm>

namespace buttond {

void sheet_sync::add(const std::shared_ptr<tally_sheet>& sheet) {
  const std::lock_guard lock(mutex_);
  sheets_.push_back({sheet, {}, {}});
}

void sheet_sync::start() {
  thread_ = background_thread("journal-sync", thread_priority::behind_loops, [this] { run(); });
}

void sheet_sync::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_up_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void sheet_sync::run() {
  auto due = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!stop_) {
    // A sync that takes longer than that is followed by the next one at once.
    due = std::max(due + every_, std::chrono::steady_clock::now());
    if (wake_up_.wait_until(lock, due, [this] { return stop_; })) return;
    lock.unlock();
    sync();
    lock.lock();
  }
}

void sheet_sync::sync() {
  std::unique_lock lock(mutex_);
  std::erase_if(sheets_, [](const auto& each) { return each.sheet.expired(); });
  for (auto& each : sheets_) {
    const auto sheet = each.sheet.lock();
    if (sheet == nullptr) continue;
    lock.unlock();
    const auto counted = sheet->totals();
    const auto synced = sheet->sync();
    if (!synced) ledger_.fail("sync", sheet->file(), synced.error());
    lock.lock();
    if (synced) each.synced = counted;
    each.refused = counted;
    each.refused -= each.synced;
  }
}

event_totals sheet_sync::refused() const {
  const std::lock_guard lock(mutex_);
  event_totals sum;
  for (const auto& each : sheets_)
    if (!each.sheet.expired()) sum += each.refused;
  return sum;
}

}  // namespace buttond
