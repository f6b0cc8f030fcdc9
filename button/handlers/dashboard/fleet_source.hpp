#pragma once
// What the nodes said last, as the store has it, and what it has of some links: asked for on a desk's thread,
// kept for whoever needs it at once. Thread-safe.

#include "button/dashboard/query_desk.hpp"
#include "button/handlers/dashboard/json_parts.hpp"
#include "button/store/survey.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace buttond {

class fleet_source {
 public:
  /// All three must outlive it.
  fleet_source(survey& store, query_desk& desk, const clock& time)
      : store_(store), desk_(desk), time_(time) {}

  struct reading {
    store_answer state = store_answer::slow;
    std::vector<node_report> said;
  };

  /// The nodes' reports, 5 s old at most; waits for them a moment, and says `slow` where that was not enough.
  reading reports();

  /// The same, and waits for as long as the store may take. On a desk's thread.
  reading reports_at_length();

  /// What the store has of `keys`, 10 s old at most: nothing for those that it was not asked for then. Waits
  /// a moment.
  std::map<std::string, tally> counts_of(std::vector<std::string> keys);

 private:
  void ask(const std::string& name, std::chrono::milliseconds fresh, std::function<void()> work);
  void read_reports();

  survey& store_;
  query_desk& desk_;
  const clock& time_;
  mutable std::mutex mutex_;
  reading reports_;
  std::optional<monotonic_time> reports_read_;
  std::map<std::string, tally> counts_;
};

}  // namespace buttond
