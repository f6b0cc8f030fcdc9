#pragma once
// Has the disk take what tally sheets count, every `--sync`. By a thread of its own: the journal's is at the
// end of an epoch for longer than that, where there is much to write or a loop does not answer.
// Owned by the journal.

#include "button/impressions/journal_ledger.hpp"
#include "button/impressions/tally_sheet.hpp"

#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace buttond {

class sheet_sync {
 public:
  /// `ledger`, which is told of failures, must outlive this.
  sheet_sync(std::chrono::milliseconds every, journal_ledger& ledger) : every_(every), ledger_(ledger) {}
  ~sheet_sync() { stop(); }
  sheet_sync(const sheet_sync&) = delete;
  sheet_sync& operator=(const sheet_sync&) = delete;

  /// From now on, while it lives. From any thread.
  void add(const std::shared_ptr<tally_sheet>& sheet);

  void start();
  void stop();

  /// What the thread does each time.
  void sync();

  /// What the disk did not take of sheets that are in use or wait. From any thread.
  event_totals refused() const;

 private:
  struct known_sheet {
    std::weak_ptr<tally_sheet> sheet;
    event_totals synced;
    event_totals refused;
  };

  void run();

  const std::chrono::milliseconds every_;
  journal_ledger& ledger_;
  mutable std::mutex mutex_;
  std::condition_variable wake_up_;
  bool stop_ = false;
  std::list<known_sheet> sheets_;  // added to by any thread; taken from by the one that syncs
  std::thread thread_;
};

}  // namespace buttond
