#include "button/handlers/dashboard/line.hpp"

#include "button/handlers/dashboard/csv_text.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/store/batch_parts.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t minutes_shown = std::size_t{24} * 60;
constexpr std::size_t hours_shown = std::size_t{7} * 24;

/// What is read at once where it is little, so that the first look shows it.
constexpr std::chrono::milliseconds first_look{300};

/// The point that `time` belongs to, or null.
template <class Time>
std::optional<tally>* point_at(line_view& line, Time time, wall_time::duration step) {
  const auto number = (wall_time(time) - line.first) / step;
  if (wall_time(time) < line.first || number >= static_cast<std::ptrdiff_t>(line.points.size()))
    return nullptr;
  return &line.points[static_cast<std::size_t>(number)];
}

void add(std::optional<tally>* point, const tally& counts) {
  if (point == nullptr) return;
  if (!*point) point->emplace();
  **point += counts;
}

void add_own(line_view& line, const dashboard_parts& parts, wall_time::duration step) {
  for (const auto& [minute, counts] : parts.minutes.since(floor<minutes>(line.first)))
    add(point_at(line, minute, step), counts.counted);
}

void begin_line(line_view& line, span_of_days span, wall_time now) {
  line.span = span;
  line.days = line.read_days = of(span).days;
  if (span == span_of_days::day) {
    line.first = floor<minutes>(now) - minutes(minutes_shown);
    line.points.resize(minutes_shown);
  } else if (span == span_of_days::week) {
    line.step = line_step::hour;
    line.first = floor<hours>(now) - hours(hours_shown - 1);
    line.points.resize(hours_shown);
  } else {
    line.step = line_step::day;
  }
}

/// This node's own minutes are newer than what the store has of them.
void read_minutes(line_view& line, const dashboard_parts& parts) {
  std::vector<counted_hour> read;
  const auto done = parts.store.counted_hours(floor<hours>(line.first), floor<hours>(parts.time.wall()),
                                              [&](const counted_hour& each) { read.push_back(each); });
  add_own(line, parts, 1min);
  line.state = reading_state_of(answer_of(done ? error_code() : done.error()));
  if (!done) return;
  const std::string own = parts.own_node();
  for (const counted_hour& each : read) {
    if (each.node == own) continue;
    for (std::size_t minute = 0; minute < each.minutes.size(); ++minute) {
      if (each.minutes[minute]) add(point_at(line, each.hour + minutes(minute), 1min), *each.minutes[minute]);
    }
  }
}

void read_hours(line_view& line, const dashboard_parts& parts) {
  const wall_hour first = floor<hours>(line.first);
  const auto sums = parts.store.hour_sums(first, first + hours(hours_shown - 1));
  line.state = reading_state_of(answer_of(sums ? error_code() : sums.error()));
  if (!sums) return add_own(line, parts, 1h);
  for (const hour_sum& each : *sums) add(point_at(line, each.hour, 1h), each.counts);
}

void take_days(line_view& line, const dashboard_parts& parts) {
  auto read = parts.ranges.days(line.span);
  line.first = read.last - days(read.days - 1);
  line.points = std::move(read.each);
  line.state = read.state;
  line.days = read.days;
  line.read_days = read.read_days;
}

constexpr wall_time::duration length_of(line_step step) noexcept {
  return step == line_step::minute ? wall_time::duration(1min) : step == line_step::hour ? 1h : 24h;
}

}  // namespace

line_view look_at_line(span_of_days span, const dashboard_parts& parts) {
  line_view line;
  begin_line(line, span, parts.time.wall());
  if (line.step == line_step::minute) {
    read_minutes(line, parts);
  } else if (line.step == line_step::hour) {
    read_hours(line, parts);
  } else {
    parts.ranges.wait_for(span, first_look);
    take_days(line, parts);
  }
  return line;
}

line_view look_at_own_line(span_of_days span, const dashboard_parts& parts) {
  line_view line;
  begin_line(line, span, parts.time.wall());
  if (line.step == line_step::day) {
    take_days(line, parts);
  } else {
    add_own(line, parts, line.step == line_step::minute ? wall_time::duration(1min) : 1h);
    line.state = reading_state::slow;
  }
  return line;
}

desk_answer line_json(const line_view& line) {
  desk_answer answer{.content_type = std::string(json_content_type), .body = "{\"range\":"};
  std::string& out = answer.body;
  append_json_string(out, of(line.span).name);
  out += ",\"step\":";
  append_json_string(out, line_step_names[static_cast<std::size_t>(line.step)]);
  out += ",\"first\":";
  append_json_string(out, utc_text(line.first));
  out += ",\"points\":[";
  for (const auto& point : line.points) {
    if (&point != &line.points.front()) out += ',';
    if (!point) {
      out += "null";
      continue;
    }
    out += '[';
    append_number(out, point->impressions);
    out += ',';
    append_number(out, point->clicks);
    out += ',';
    append_number(out, point->shares);
    out += ']';
  }
  out += "],\"state\":";
  append_json_string(out, reading_state_names[static_cast<std::size_t>(line.state)]);
  out += ",\"read_days\":";
  append_number(out, line.read_days);
  out += ",\"days\":";
  append_number(out, line.days);
  out += '}';
  return answer;
}

desk_answer line_csv(const line_view& line) {
  csv_text csv;
  csv.cell(line.step == line_step::day ? "day" : "begins")
      .cell("impressions")
      .cell("clicks")
      .cell("shares")
      .end();
  wall_time at = line.first;
  for (const auto& point : line.points) {
    csv.cell(line.step == line_step::day ? day_text(floor<days>(at)) : utc_text(at));
    if (point)
      csv.cell(point->impressions).cell(point->clicks).cell(point->shares);
    else
      csv.cell("").cell("").cell("");
    csv.end();
    at += length_of(line.step);
  }
  return {.content_type = std::string(csv_content_type),
          .body = csv.take(),
          .file_name = "line-" + std::string(of(line.span).name) + ".csv"};
}

}  // namespace buttond
