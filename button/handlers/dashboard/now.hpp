#pragma once
// What is going on now: made at most once a second, whoever asks, out of one snapshot of all loops, and never
// waiting for the store but for a moment.

#include "button/handlers/dashboard/dashboard_parts.hpp"
#include "button/handlers/dashboard/fleet.hpp"
#include "button/handlers/dashboard/fleet_source.hpp"
#include "button/handlers/dashboard/json_parts.hpp"
#include "button/handlers/dashboard/verdict.hpp"
#include "button/handlers/turned_away.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buttond {

struct shared_link {
  recent_link link;
  std::optional<tally> all;
};

struct now_view {
  wall_time at;
  verdict judged;
  std::optional<fleet_minute> minute;
  int nodes_there = 1;
  std::vector<shared_link> shared;  // of the last shared_minutes
  turned_away_numbers turned_away;  // of this node
  int turned_away_hours = 1;
  store_answer fleet = store_answer::slow;
  std::vector<fleet_node> nodes;  // this one first; none where its loops do not answer
};
inline constexpr std::chrono::minutes shared_minutes{15};

/// Makes views; on one thread at a time.
class now_maker {
 public:
  /// Both must outlive it.
  now_maker(const dashboard_parts& parts, fleet_source& fleet) : parts_(parts), fleet_(fleet) {}

  /// A second old at most.
  std::shared_ptr<const now_view> look();

 private:
  now_view make();

  const dashboard_parts& parts_;
  fleet_source& fleet_;
  std::shared_ptr<const now_view> last_;
  monotonic_time made_;
};

/// As /dashboard/now has it.
boost::json::value to_json(const now_view& view, const dashboard_parts& parts);

/// The tables of it.
std::string shared_csv(const now_view& view);
std::string not_counted_csv(const now_view& view);
std::string nodes_csv(const now_view& view);

}  // namespace buttond
