#pragma once
// What was counted over a span: by the minute, the hour or the day. On a desk's threads.

#include "button/dashboard/ranges.hpp"
#include "button/handlers/dashboard/dashboard_parts.hpp"
#include "button/handlers/dashboard/json_parts.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace buttond {

enum class line_step : std::uint8_t { minute, hour, day };
inline constexpr std::array<std::string_view, 3> line_step_names{"minute", "hour", "day"};

struct line_view {
  span_of_days span = span_of_days::day;
  line_step step = line_step::minute;
  wall_time first;                           // when the first point begins
  std::vector<std::optional<tally>> points;  // nothing where no node ran, or what is not read yet
  reading_state state = reading_state::ok;
  int days = 1;
  int read_days = 1;
};

/// The last 1,440 whole minutes, 168 hours, or days, these and the hours with the one that is now. May ask
/// the store; where that does not answer, minutes and hours are this node's own.
line_view look_at_line(span_of_days span, const dashboard_parts& parts);

/// The same without asking the store, which does not answer in time.
line_view look_at_own_line(span_of_days span, const dashboard_parts& parts);

desk_answer line_json(const line_view& line);
desk_answer line_csv(const line_view& line);

}  // namespace buttond
