#pragma once
// The node's files that hold every epoch which the store has not acknowledged, the thread that ends epochs,
// and the one that has the disk take what is counted meanwhile (sheet_sync.hpp). An epoch ends every `epoch`,
// when a tally sheet is full, at UTC midnight, when asked to, and when the clock jumps into another day.
//
// Construct (makes a node of a new name in DATA/journal: never fails, where nothing can be written it counts
// in memory and says so) -> start() once the loops run -> close_epoch() -> destroy, with the loops stopped or
// at least no longer counting. What is in sheets and queues then stays on disk for the next start.
//
// Another process's node is left alone while that process lives. Afterwards its batches are flushed by this
// one, under their own node's name.

#include "button/impressions/batch_claim.hpp"
#include "button/impressions/impression_counter.hpp"
#include "button/impressions/journal_ledger.hpp"
#include "button/impressions/per_kind.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/fingerprint.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

struct journal_options {
  std::filesystem::path directory;  // --data
  std::size_t loops = 1;
  std::chrono::milliseconds epoch{10'000};
  std::chrono::milliseconds sync{1'000};
  sheet_size sheet{};
  /// Told of what this process counted, once, and not of what it found on the disk. On the journal's thread,
  /// or in close_epoch() and step() where it does not run.
  epoch_listener counted{};
};

/// Shares are few: what one epoch has of them seldom needs more.
inline constexpr sheet_size sheet_of_shares{.records = 1024, .key_bytes = 256 << 10};

/// Runs a task soon on a loop's thread (or at once where that loop does not run). A task may be destroyed
/// without having run; its loop's counts then stay in the loop's sheet.
using loop_post = std::function<void(std::size_t loop, std::function<void()> task)>;

struct journal_numbers {
  std::string node;           // the name under which it counts now; empty where nothing can be written
  std::uint64_t batches = 0;  // not yet acknowledged
  /// What the disk holds for the journal, in blocks: tally sheets whatever is in them, deltas, and all else
  /// in the directories of the nodes that this process has. A second old at most, unless they have files by
  /// the thousand.
  std::uint64_t bytes = 0;
  /// Of the file system of --data, for this user, as old; 0 where it is not there.
  std::uint64_t free_bytes = 0;
  double oldest_seconds = 0;                                 // age of the oldest unacknowledged batch
  std::optional<wall_time> last_flush;                       // when the store acknowledged a batch last
  std::uint64_t clock_jumps = 0;                             // of the wall clock, since the start
  std::optional<std::chrono::nanoseconds> since_clock_jump;  // since the last of these
  std::uint64_t errors = 0;                                  // files or writes that failed
  event_totals at_risk;                                      // counted in memory only
  event_totals opened;                                       // what dead nodes left, when it was found
  event_totals stored;                                       // acknowledged by the store
  event_totals lost;
  /// Closed and not acknowledged. When nothing counts and the epoch is closed, this is
  /// opened + the loops' accepted - stored - lost.
  event_totals pending;
};

class journal {
 public:
  journal(const journal_options& options, const clock& time, loop_post post);
  ~journal();
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;

  impression_counter& counter(std::size_t loop) noexcept;

  /// Counts shares of a link that the store has in the link already, for their day. From any thread.
  void count_share(const fingerprint& link, std::string_view key, std::uint64_t shares);

  /// Starts the threads. The loops run by then.
  void start();

  /// Ends the current epoch and makes it a batch; used when stopping. Returns when it is durable (or at
  /// risk).
  void close_epoch();

  /// Ends the thread; nothing is posted to a loop after that. Closes no epoch.
  void stop();

  /// What the thread does first: gives each loop a spare sheet. For tests, without start().
  void restock();

  /// What the thread does when it wakes: all that is due by the clock. For tests, without start().
  void step();

  /// From any thread.
  journal_numbers numbers() const;

  /// The next batches, in order for their node; nothing where there are none that may be tried now. For one
  /// flusher's thread.
  std::optional<batch_claim> take();

  /// Calls `notify` (from any thread; it must not block) when a batch may have become ready. An empty
  /// function ends that: once this has returned, the one before is not called any more.
  void on_batch(std::function<void()> notify);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond
