#pragma once
// What the nodes say of themselves, read: each from the report that it makes (node_report.hpp), which may be
// of another version than this one's. No state: any thread.

#include "button/dashboard/recent_links.hpp"
#include "button/impressions/books.hpp"
#include "button/store/survey.hpp"
#include "common/clock.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// A minute that a node, or several together, counted.
struct counted_minute {
  std::string of;  // "2026-11-27T14:06:00Z"
  std::uint64_t seen = 0;
  tally counted;
  std::array<std::uint64_t, filter_reasons> reasons{};

  std::uint64_t not_counted() const noexcept;
};

/// A node as its report says. What is not in it is empty.
struct fleet_node {
  std::string node;
  wall_time at;
  bool here = false;
  bool gone = false;
  std::string host;
  std::string version;
  std::string commit;
  std::string started;
  std::string state;
  std::optional<counted_minute> minute;
  std::optional<std::int64_t> pending;
  std::optional<std::int64_t> at_risk;
  std::optional<std::int64_t> lost;
  std::optional<double> oldest_seconds;
  std::optional<double> hits_percent;
  std::optional<double> p99_seconds;
  std::optional<std::int64_t> disk_free_bytes;
  std::optional<double> disk_hours;
  std::vector<recent_link> top;
};

/// Nothing for what is no report.
std::optional<fleet_node> read_report(const node_report& said);

/// A node that says nothing for so long is gone.
inline constexpr std::chrono::seconds gone_after{150};

/// For so long one is shown that stopped.
inline constexpr std::chrono::hours stopped_shown{1};
inline constexpr std::string_view stopped_state = "stopped";

/// This node first, then the others of `said` that are to be shown, by their hosts.
std::vector<fleet_node> put_together(fleet_node own, std::span<const node_report> said, wall_time now);

/// What the nodes that are there counted in the minute of `own`, or the one before; nothing where that has
/// none. How many of them did.
struct fleet_minute {
  counted_minute sum;
  int nodes = 0;
};
std::optional<fleet_minute> minute_of(std::span<const fleet_node> nodes);

/// The busiest links of the nodes that are there together, the busiest first, at most `most`.
std::vector<recent_link> busiest_of(std::span<const fleet_node> others, std::vector<recent_link> own,
                                    std::size_t most);

}  // namespace buttond
