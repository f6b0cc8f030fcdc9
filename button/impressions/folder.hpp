#pragma once
// Lets the store add what was brought to links and site_days: every `--fold`, and at once again where there
// was more than one call adds. Any number of nodes may be at it. One thread of its own, since the store
// blocks; owned by app.

#include "button/store/store.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace buttond {

struct folder_numbers {
  // Since the start.
  std::uint64_t folds = 0;  // calls that added something
  std::uint64_t links = 0;
  std::uint64_t refused = 0;   // links and site days that the database would not take
  std::uint64_t repaired = 0;  // documents in which something stood that is no count

  // As the last call that succeeded reported.
  std::int64_t waiting = 0;    // batches
  std::int64_t gaps = 0;       // of these, those that have waited for the one before them for an hour
  std::int64_t set_aside = 0;  // documents in `refused`
  double oldest_seconds = 0;   // age of the oldest batch that waits, now
};

class folder {
 public:
  /// Both must outlive the folder.
  folder(store& of, std::chrono::milliseconds every, const clock& time);

  /// Stops: joins the thread, after the part of a fold that is under way.
  ~folder();
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  void start();

  /// From any thread.
  folder_numbers numbers() const;

  /// Waits until nothing is left that can be folded now, or `deadline` is over; says whether nothing waits.
  /// Does not leave the work to other nodes, nor wait between tries for long. From any thread but its own,
  /// after start().
  bool finish(std::chrono::milliseconds deadline);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond
