#pragma once
// Keeps what this node does minute by minute, and has it tell the others in the store: at each full UTC
// minute it takes what the metrics say, subtracts what they said a minute before, and tells a report of the
// node and what it counted in the hour. Once an hour it clears away what is kept no longer. One thread of its
// own, since the store blocks, behind the loops; nothing waits for it. Owned by app.
//
// A minute is one only if it took one, by both clocks: where the wall clock jumps or the process stands still
// there is a gap.

#include "button/dashboard/minute_history.hpp"
#include "button/dashboard/outage_room.hpp"
#include "button/dashboard/recent_links.hpp"
#include "button/handlers/dashboard/node_report.hpp"
#include "button/handlers/snapshot_source.hpp"
#include "button/store/survey.hpp"
#include "common/clock.hpp"
#include "common/log_limit.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>

namespace buttond {

/// All that is referred to outlives the keeper.
struct keeper_parts {
  snapshot_source take_snapshot;
  const recent_links& recent;
  const outage_room& room;
  minute_history& minutes;
  survey& store;
  const clock& time;
  std::string_view store_kind;                      // as store::kind()
  std::chrono::days keep_days{};                    // of sites; 0: for ever
  std::chrono::milliseconds loops_patience{5'000};  // with loops that are to say what they counted
};

class minute_keeper {
 public:
  explicit minute_keeper(keeper_parts parts);

  /// Joins the thread, after the store's call under way.
  ~minute_keeper();
  minute_keeper(const minute_keeper&) = delete;
  minute_keeper& operator=(const minute_keeper&) = delete;

  void start();

  /// Tells once more, that the node has stopped, if the store took what it told last; and waits for that, but
  /// not for long. Counts nothing any more.
  void stop();

  /// What the thread does when it wakes: all that is due by the clock. For tests, without start().
  void step();

  /// What it does when it stops. For tests, without start().
  void tell_that_it_stopped();

  /// What this node says of itself now; from any thread.
  node_report report_of(const metrics_snapshot& numbers) const;

 private:
  void run();
  std::chrono::nanoseconds until_due() const;
  void begin_minute(wall_minute minute);
  void end_minute(wall_minute now);
  void note(const node_minute& minute);
  void tell(const metrics_snapshot& numbers, std::string_view state);
  void clear_away();
  void drop_days();
  void warn(std::string_view what, const error_code& why);
  node_report report_of(const metrics_snapshot& numbers, std::string_view state) const;

  const keeper_parts parts_;
  const node_identity identity_;
  const std::string own_name_;  // where the journal has none

  // The thread's own.
  struct taken_snapshot {
    metrics_snapshot numbers;
    monotonic_time at;
  };
  std::optional<taken_snapshot> before_;  // what the minute under way began with
  wall_minute minute_{};                  // the one under way
  bool from_its_start_ = false;           // before_ is of its beginning
  bool told_ = false;                     // the store took what was told last
  bool ever_told_ = false;
  std::string told_name_;                    // under which it tells
  std::map<wall_hour, counted_hour> hours_;  // that are to be told
  monotonic_time next_clearing_{};
  bool drops_ = false;  // more days are to be dropped
  std::int64_t dropped_ = 0;
  std::set<std::string_view> missed_;           // what took the store too long the last time
  std::map<error_code, log_limiter> warnings_;  // by their cause

  mutable std::mutex mutex_;
  std::condition_variable wake_up_;
  std::condition_variable ended_;
  std::optional<node_minute> last_minute_;
  bool stop_ = false;
  bool has_ended_ = false;
  std::thread thread_;
};

}  // namespace buttond
