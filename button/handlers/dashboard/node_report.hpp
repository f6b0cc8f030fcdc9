#pragma once
// What a node says of itself, once a minute, to all that look at the dashboard of any node: made out of what
// its metrics say (fleet.hpp reads it). No state: any thread.

#include "button/dashboard/minute_history.hpp"
#include "button/dashboard/recent_links.hpp"
#include "button/handlers/metrics/metrics.hpp"
#include "button/store/survey.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace buttond {

/// What a node did in a minute, or what there was of it.
struct node_minute {
  wall_minute of;
  minute_counts counts;
  std::optional<double> hits_percent;  // of the look-ups in its cache; nothing where there were none
  std::optional<double> p99_seconds;   // 99 of 100 buttons and counts were answered within it
};

/// What came between two snapshots.
node_minute minute_between(wall_minute of, const metrics_snapshot& before, const metrics_snapshot& after);

/// What is the same for as long as the process runs.
struct node_identity {
  std::string host;
  wall_time started;
};

struct node_facts {
  const node_identity& identity;
  std::string_view node;   // its name
  std::string_view state;  // as the verdict on it, or "stopping", "stopped"
  wall_time at;
  const std::optional<node_minute>& minute;  // the last whole one
  const metrics_snapshot& numbers;
  std::optional<double> bytes_an_hour;  // that its journal takes while the store is away
  std::span<const recent_link> top;     // the busiest first; as many go in as there is room for
};

node_report make_report(const node_facts& facts);

}  // namespace buttond
