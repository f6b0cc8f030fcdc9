#pragma once
// Records shares in the store on a thread of its own, one call after the other, since the store blocks.
// Thread-safe: record() may be called from any loop and returns at once.

#include "button/counts/count_cache.hpp"
#include "button/store/store.hpp"
#include "common/error.hpp"
#include "common/fingerprint.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace buttond {

class share_recorder {
 public:
  using done_function = std::function<void(result<shares_recorded>)>;

  /// Starts the thread. A link whose shares were recorded is forgotten by `cache`, so that its next reader
  /// gets the new count. All three must outlive the recorder.
  share_recorder(store& into, count_cache& cache, const fingerprinter& print);

  /// Finishes the call under way; those who still wait get errc::store_unavailable.
  ~share_recorder();
  share_recorder(const share_recorder&) = delete;
  share_recorder& operator=(const share_recorder&) = delete;

  /// Calls `done` once, on the recorder's thread, when the store acknowledged `reports` or failed; at once
  /// with errc::store_unavailable when too many reports wait already.
  void record(std::vector<share_report> reports, done_function done);

 private:
  struct job {
    std::vector<share_report> reports;
    done_function done;
  };

  void run();
  void finish(job& next);

  store& store_;
  count_cache& cache_;
  const fingerprinter& print_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> jobs_;
  bool stopping_ = false;
  std::thread thread_;  // last: runs with all of the above
};

}  // namespace buttond
