#include "button/store/survey_texts.hpp"

#include "button/store/batch_parts.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace buttond {
namespace {

/// A number of digits and nothing else.
std::optional<unsigned> read_number(std::string_view digits) noexcept {
  unsigned number = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc{} || at != end) return std::nullopt;
  return number;
}

}  // namespace

bool can_be_told(const node_report& report) {
  if (!valid_node(report.node) || report.text.size() > node_report_bytes) return false;
  error_code error;
  const auto value = boost::json::parse(report.text, error);
  return !error && value.is_object();
}

std::string hour_text(wall_hour hour) {
  const auto day = std::chrono::floor<std::chrono::days>(hour);
  return fmt::format("{}T{:02}", day_text(day), (hour - day).count());
}

std::optional<std::chrono::sys_days> read_day(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = read_number(text.substr(0, 4));
  const auto month = read_number(text.substr(5, 2));
  const auto day = read_number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{*month}, std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

std::optional<wall_hour> read_hour(std::string_view text) noexcept {
  if (text.size() != 13 || text[10] != 'T') return std::nullopt;
  const auto day = read_day(text.substr(0, 10));
  const auto hour = read_number(text.substr(11));
  if (!day || !hour || *hour > 23) return std::nullopt;
  return wall_hour{*day} + std::chrono::hours{*hour};
}

tally total_of(const counted_hour& hour) noexcept {
  tally total;
  for (const auto& minute : hour.minutes)
    if (minute) total += *minute;
  return total;
}

std::string minutes_text(const counted_hour& hour) {
  std::string text = "{";
  for (std::size_t i = 0; i < hour.minutes.size(); ++i) {
    const auto& minute = hour.minutes[i];
    if (!minute) continue;
    fmt::format_to(std::back_inserter(text), "{}\"{}\":[{},{},{}]", text.size() > 1 ? "," : "", i,
                   minute->impressions, minute->clicks, minute->shares);
  }
  return text += '}';
}

void read_minutes(std::string_view text, counted_hour& into) {
  error_code error;
  const auto value = boost::json::parse(text, error);
  const auto* const minutes = error ? nullptr : value.if_object();
  if (minutes == nullptr) return;
  for (const auto& [name, counts] : *minutes) {
    const auto minute = read_number(name);
    const auto* const numbers = counts.if_array();
    if (!minute || *minute >= into.minutes.size() || numbers == nullptr || numbers->size() != 3) continue;
    const auto number = [&](std::size_t i) {
      const auto* const found = (*numbers)[i].if_int64();
      return found == nullptr ? 0 : *found;
    };
    into.minutes[*minute] = tally{number(0), number(1), number(2)};
  }
}

// A key is its site alone, or goes on with a path or a query. '0' and '@' are the bytes behind '/' and '?'.
std::array<key_range, 2> keys_below(std::string_view site) {
  const std::string name{site};
  return {key_range{name + '/', name + '0'}, key_range{name + '?', name + '@'}};
}

}  // namespace buttond
