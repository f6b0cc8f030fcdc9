#pragma once
// Records shares in the store on a thread of its own, one call after the other, since the store blocks; and
// sends those that had to wait (kept_shares.hpp). What the application reports goes first, and has room of
// its own, however many readers there are; readers' shares go many in a call. Thread-safe: both record() may
// be called from any loop and return at once.

#include "button/counts/count_cache.hpp"
#include "button/shares/kept_sender.hpp"
#include "button/shares/kept_shares.hpp"
#include "button/shares/reader_share.hpp"
#include "button/shares/share_ids.hpp"
#include "button/shares/share_key_keeper.hpp"
#include "button/shares/share_ledger.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/error.hpp"
#include "common/fingerprint.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

namespace buttond {

class share_recorder {
 public:
  using done_function = std::function<void(result<shares_recorded>)>;

  /// Told of every share that the store counted now and not before, on the recorder's thread.
  using count_function = std::function<void(std::string_view key, std::uint64_t shares)>;

  /// Reports that wait at most, and readers' shares that do.
  static constexpr std::size_t most_reports = 1'024;
  static constexpr std::size_t most_readers = 1'024;

  /// Of readers in one call: the application waits for no more.
  static constexpr std::size_t most_readers_in_call = 256;

  /// Starts the thread. A link whose shares were counted is raised in `cache`. Shares are kept in `data`, and
  /// so is the key of `ids`. All that is referred to must outlive the recorder.
  share_recorder(store& into, count_cache& cache, share_ids& ids, const fingerprinter& fingerprint_of,
                 const clock& time, const std::filesystem::path& data, count_function count);

  /// Stops.
  ~share_recorder();
  share_recorder(const share_recorder&) = delete;
  share_recorder& operator=(const share_recorder&) = delete;

  /// Calls `done` once, on the recorder's thread, when the store acknowledged `reports` or failed; at once
  /// with errc::store_unavailable when too many reports wait already.
  void record(std::vector<share_report> reports, done_function done);

  /// Records the share of a reader, and calls `wake` once when it is counted or kept: from the recorder's
  /// thread, or at once. Whoever waits no longer calls secure() on what this returns.
  std::shared_ptr<reader_share> record(share_report report, std::function<void()> wake);

  /// Finishes the call under way and ends the thread; those who still wait, and all who come later, get
  /// errc::store_unavailable, and shares of readers are kept. Twice is once.
  void stop();

  // From any thread.
  kept_numbers kept() const { return kept_.numbers(); }
  share_numbers numbers() const { return ledger_.read(); }

 private:
  struct report_job {
    std::vector<share_report> reports;
    done_function done;
  };
  struct reader_job {
    std::shared_ptr<reader_share> share;
    std::function<void()> wake;

    void stored(bool fresh);
    void not_stored();
  };

  /// Whether there was room; if so, `job` is moved from.
  template <class Job>
  bool add(std::deque<Job>& to, std::size_t most, Job& job);
  void refuse(report_job& job);
  void run();
  void finish(report_job& job);
  void finish(std::vector<reader_job>& jobs);
  std::vector<reader_job> take_readers();
  result<shares_recorded> record_now(std::span<const share_report> reports);

  store& store_;
  count_cache& cache_;
  const fingerprinter& fingerprint_of_;
  count_function count_;
  share_ledger ledger_;
  kept_shares kept_;
  kept_sender sender_;
  share_key_keeper keeper_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<report_job> reports_;
  std::deque<reader_job> readers_;
  bool stopping_ = false;
  std::thread thread_;  // last: runs with all of the above
};

}  // namespace buttond
