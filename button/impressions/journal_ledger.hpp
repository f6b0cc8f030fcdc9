#pragma once
// The journal's part of the books: what was opened, and what became of everything that left the loops; and
// failures, which are counted and logged (repeated ones at a bounded rate). Tells whoever listens what was
// counted. Owned by the journal; any thread.
//
//   opened + entered = pending + stored + lost

#include "button/impressions/per_kind.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/error.hpp"
#include "common/log_limit.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>

namespace buttond {

/// Is told the links of an epoch, each key once; they are gone when it returns. On the journal's thread; it
/// must not throw.
using epoch_listener = std::function<void(std::span<const link_delta> links)>;

class journal_ledger {
 public:
  struct books {
    event_totals opened;   // what the journal held when it was opened, or when it was found
    event_totals pending;  // in closed tally sheets and in the queues
    event_totals stored;   // acknowledged by the store
    event_totals lost;
    event_totals exposed;  // was on the disk, and is in memory only since its file was removed
    event_totals secured;  // of what was in memory only, that which the disk or the store has now
    std::uint64_t errors = 0;
    std::optional<wall_time> last_flush;  // when the store acknowledged something last
  };

  explicit journal_ledger(const clock& time, epoch_listener listener = {}) noexcept
      : time_(time), listener_(std::move(listener)) {}

  /// Was counted by this process in an epoch, and has become deltas now.
  void counted(std::span<const link_delta> links) const {
    if (listener_) listener_(links);
  }

  /// Was found on the disk: pending.
  void opened(const event_totals& counts);
  /// Left a loop with its closed sheet: pending.
  void entered(const event_totals& counts);
  /// Was pending.
  void stored(const event_totals& counts);
  void lost(const event_totals& counts);
  /// Is at risk: its file was removed.
  void exposed(const event_totals& counts);
  /// Is at risk no more.
  void secured(const event_totals& counts);

  /// `file` cannot be used and is left as it is. Said and counted once a file, however often it is met.
  void refuse(const std::filesystem::path& file, const error_code& why);

  /// `file` is none of ours. Said once.
  void leave_alone(const std::filesystem::path& file);

  /// Whether it was refused, or left alone.
  bool is_refused(const std::filesystem::path& file) const;

  /// "cannot <what> <file>: <why>", and what to do about it. Said once a minute for each reason.
  void fail(std::string_view what, const std::filesystem::path& file, const error_code& why);

  books read() const;

 private:
  const clock& time_;
  const epoch_listener listener_;
  mutable std::mutex mutex_;
  std::map<error_code, log_limiter> failures_;  // by their reason
  books books_;
  std::set<std::filesystem::path> refused_;
};

}  // namespace buttond
