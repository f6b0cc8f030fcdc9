#pragma once
// The node's files that hold every epoch which the store has not acknowledged, and the thread that ends
// epochs.

#include "button/impressions/books.hpp"
#include "button/impressions/impression_counter.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

namespace buttond {

struct journal_options {
  std::filesystem::path directory;  // --data
  std::size_t loops = 1;
  std::chrono::milliseconds epoch{10'000};
  std::chrono::milliseconds sync{1'000};
};

/// Runs a task soon on a loop's thread (or at once where that loop does not run).
using loop_post = std::function<void(std::size_t loop, std::function<void()> task)>;

struct journal_numbers {
  std::uint64_t batches = 0;  // not yet acknowledged
  std::uint64_t bytes = 0;    // of files
  double oldest_seconds = 0;  // age of the oldest unacknowledged batch
  std::uint64_t errors = 0;   // files or writes that failed
  event_totals at_risk;       // counted in memory only
  event_totals opened;        // what the journal held when the node started
  event_totals stored;        // acknowledged by the store since then
  event_totals lost;
};

class journal {
 public:
  journal(const journal_options& options, const clock& time, loop_post post);
  ~journal();

  impression_counter& counter(std::size_t loop) noexcept;

  /// Starts the thread that ends epochs and syncs slabs. The loops run by then.
  void start();

  /// Ends the current epoch and makes it a batch; used when stopping. Returns when it is durable (or at
  /// risk).
  void close_epoch();

  /// From any thread.
  journal_numbers numbers() const;
};

}  // namespace buttond
