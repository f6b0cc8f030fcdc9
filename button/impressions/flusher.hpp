#pragma once
// Brings the journal's batches to the store, in order, each until it is acknowledged, and sees whether the
// store could be written while there is none. One thread of its own, since the store blocks.

#include "button/impressions/journal.hpp"
#include "button/impressions/per_kind.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <memory>

namespace buttond {

class flusher {
 public:
  /// All three must outlive the flusher.
  flusher(journal& from, store& to, const clock& time);

  /// Stops: joins the thread, after the store's call under way.
  ~flusher();
  flusher(const flusher&) = delete;
  flusher& operator=(const flusher&) = delete;

  void start();

  /// Waits until the journal has no batch left, or `deadline` is over. Returns what is left. Tries at once
  /// what waits for its next try, and does not wait between tries for long. From any thread but its own.
  event_totals drain(std::chrono::milliseconds deadline);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond
