#pragma once
// What the journal's slots report to: the part of the books that is not the loops', and failures, which are
// counted and logged (repeated ones at a bounded rate). Owned by the journal; any thread.

#include "button/impressions/books.hpp"
#include "common/clock.hpp"
#include "common/error.hpp"
#include "common/log_limit.hpp"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <set>
#include <string_view>

namespace buttond {

class journal_ledger {
 public:
  struct totals {
    event_totals opened;
    event_totals stored;
    event_totals lost;
    std::uint64_t errors = 0;
  };

  explicit journal_ledger(const clock& time) noexcept : time_(time) {}

  void opened(const event_totals& counts);
  void stored(const event_totals& counts);
  void lost(const event_totals& counts);

  /// `file` cannot be used and is left as it is. Said and counted once a file, however often it is met.
  void refuse(const std::filesystem::path& file, const error_code& why);

  bool is_refused(const std::filesystem::path& file) const;

  /// "cannot <what> <file>: <why>"
  void fail(std::string_view what, const std::filesystem::path& file, const error_code& why);

  totals read() const;

 private:
  const clock& time_;
  log_limiter failures_;
  mutable std::mutex mutex_;
  totals totals_;
  std::set<std::filesystem::path> refused_;
};

}  // namespace buttond
