#pragma once
// What this node counted, minute by minute, for as long as a day: for the dashboard, and for the report that
// a node makes of itself. Written by the node reporter once a minute, read by any thread. Thread-safe; owned
// by app.

#include "button/impressions/books.hpp"
#include "button/store/store.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace buttond {

using wall_minute = std::chrono::sys_time<std::chrono::minutes>;

/// One minute of one node, or of several together.
struct minute_counts {
  std::uint64_t seen = 0;  // impressions
  tally counted;
  std::array<std::uint64_t, filter_reasons> filtered{};  // impressions, by reason

  minute_counts& operator+=(const minute_counts& other) noexcept {
    seen += other.seen;
    counted += other.counted;
    for (std::size_t i = 0; i < filter_reasons; ++i) filtered[i] += other.filtered[i];
    return *this;
  }
};

class minute_history {
 public:
  static constexpr std::chrono::minutes kept{25 * 60};

  /// Notes a minute, and forgets those that are older than `kept` then, and those that are later: the clock
  /// was set back.
  void add(wall_minute minute, const minute_counts& counts);

  /// Of minutes from `first` on, in order; those in which this node did not run are left out.
  std::vector<std::pair<wall_minute, minute_counts>> since(wall_minute first) const;

 private:
  mutable std::mutex mutex_;
  std::map<wall_minute, minute_counts> minutes_;
};

}  // namespace buttond
