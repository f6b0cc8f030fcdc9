#pragma once
// One event loop's own counter. It counts into the loop's tally sheet of the journal before the answer is
// written, so whatever a reader got is counted even if the process is killed in the next instant. No lock, no
// system call, no allocation, but when a sheet is full. Owned by the journal; every function runs on the
// loop's thread, but for those that say otherwise.

#include "button/impressions/books.hpp"
#include "button/impressions/per_kind.hpp"
#include "button/impressions/tally_sheet.hpp"
#include "common/fingerprint.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace buttond {

class impression_counter {
 public:
  /// `full` is called when a sheet is full, from the loop's thread; it must not block.
  impression_counter(sheet_size size, std::function<void()> full);

  /// Counts `times` events of a link as seen and accepted. Cannot fail: where no sheet has room it counts in
  /// memory. `key` is at most max_url_bytes long.
  void add(event_kind kind, const fingerprint& link, std::string_view key, std::uint64_t times = 1) noexcept;

  /// Whether something of `link` was counted lately. False says nothing.
  bool has(const fingerprint& link) const noexcept { return active_ != nullptr && active_->has(link); }

  /// Counts one event as seen and filtered.
  void filter(event_kind kind, filter_reason reason) noexcept;

  const per_kind<loop_books>& books() const noexcept { return books_; }

  /// For the journal. Ends this loop's part of the epoch: appends the sheets that it counted in to `closed`
  /// and goes on with a spare, or one of `supply`, or in memory; then refills its spare from `supply`. A
  /// sheet that nothing was counted in stays. With `may_wait`, it also stays where only memory could replace
  /// it.
  void rotate(std::chrono::sys_days day, bool may_wait, sheet_list& supply, sheet_list& closed);

  /// For the journal. Takes a spare from `supply` where there is none.
  void restock(sheet_list& supply);

  /// For the journal: whether a full sheet can be replaced at once.
  bool has_spare() const noexcept { return spare_ != nullptr; }

  /// For the journal: gives up the sheets that nothing was counted in, and removes their files. Until
  /// rotate(), there may be none to count in but memory.
  void discard_unused() noexcept;

  /// All that was ever counted in sheets in memory. Any thread.
  event_totals counted_in_memory() const noexcept { return in_memory_.read(); }

  /// All that could not be counted because there was no memory either. Any thread.
  event_totals lost() const noexcept { return lost_.read(); }

 private:
  // Cold: once a sheet, and the rest of add() is small enough to become a part of its callers.
  [[gnu::cold]] bool add_to_next(event_kind kind, const fingerprint& link, std::string_view key,
                                 std::uint64_t times) noexcept;
  void close_active(std::chrono::sys_days day, sheet_list& supply, sheet_list& closed);

  const sheet_size size_;
  const std::function<void()> full_;
  std::shared_ptr<tally_sheet> active_;  // null only when there was no memory
  std::shared_ptr<tally_sheet> spare_;
  sheet_list filled_;  // earlier sheets of this epoch
  std::chrono::sys_days day_{};
  per_kind<loop_books> books_;
  shared_totals in_memory_;
  shared_totals lost_;
};

}  // namespace buttond
