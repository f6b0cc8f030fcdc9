#include "button/impressions/journal_ledger.hpp"

#include <spdlog/spdlog.h>

namespace buttond {

void journal_ledger::opened(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.opened += counts;
  books_.pending += counts;
}

void journal_ledger::entered(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.pending += counts;
}

void journal_ledger::stored(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.pending -= counts;
  books_.stored += counts;
  books_.last_flush = time_.wall();
}

void journal_ledger::lost(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.pending -= counts;
  books_.lost += counts;
}

void journal_ledger::secured(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.secured += counts;
}

void journal_ledger::refuse(const std::filesystem::path& file, const error_code& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!refused_.insert(file).second) return;
    ++books_.errors;
  }
  spdlog::error(
      "journal: {} is not used: {}; it is left as it is (restore it from a copy and restart, or move it "
      "away)",
      file.string(), why.message());
}

bool journal_ledger::is_refused(const std::filesystem::path& file) const {
  const std::lock_guard lock(mutex_);
  return refused_.contains(file);
}

void journal_ledger::fail(std::string_view what, const std::filesystem::path& file, const error_code& why) {
  {
    const std::lock_guard lock(mutex_);
    ++books_.errors;
  }
  if (const auto more = failures_.due(time_.monotonic()))
    spdlog::error("journal: cannot {} {}: {}; buttond goes on and tries again{}", what, file.string(),
                  why.message(), and_more(*more));
}

journal_ledger::books journal_ledger::read() const {
  const std::lock_guard lock(mutex_);
  return books_;
}

}  // namespace buttond
