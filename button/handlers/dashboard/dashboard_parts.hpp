#pragma once
// What the dashboard looks at. Owned by app; every member is safe to use from any thread, and outlives the
// dashboard.

#include "button/dashboard/minute_history.hpp"
#include "button/dashboard/query_desk.hpp"
#include "button/dashboard/range_reader.hpp"
#include "button/dashboard/recent_links.hpp"
#include "button/handlers/snapshot_source.hpp"
#include "button/handlers/turned_away.hpp"
#include "button/store/survey.hpp"
#include "common/clock.hpp"
#include "common/url_key.hpp"

#include <functional>
#include <optional>
#include <string>

namespace buttond {

struct dashboard_parts {
  const clock& time;
  survey& store;
  const recent_links& recent;
  const minute_history& minutes;
  query_desk& desk;
  range_reader& ranges;
  snapshot_source take_snapshot;
  std::function<node_report(const metrics_snapshot&)> report_of;    // what this node says of itself
  std::function<std::optional<turned_away_numbers>()> turned_away;  // of this node; waits for its loops
  key_rules rules;
  std::function<std::string()> own_node;  // the name of this node, now
  std::string name;                       // as people know this server; empty: as its machine is called
  std::string store_kind;                 // as store::kind()
};

}  // namespace buttond
