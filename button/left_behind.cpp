#include "button/left_behind.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace buttond {
namespace {

/// "2 impressions, 1 click and 3 shares"; empty where there is nothing.
std::string describe(const counts_left& counts) {
  std::vector<std::string> parts;
  const auto add = [&parts](std::uint64_t number, std::string_view noun) {
    if (number > 0) parts.push_back(fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s"));
  };
  add(counts.events.impressions, "impression");
  add(counts.events.clicks, "click");
  add(counts.shares, "share");
  if (counts.events.shares > 0)
    parts.push_back(fmt::format("the day of {} stored share{}", counts.events.shares,
                                counts.events.shares == 1 ? "" : "s"));
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 < parts.size() ? ", " : " and ";
    text += parts[i];
  }
  return text;
}

/// "1 click is", "2 clicks are".
std::string with_verb(const counts_left& counts) {
  const event_totals& events = counts.events;
  const bool one = events.impressions + events.clicks + events.shares + counts.shares == 1;
  return describe(counts) + (one ? " is" : " are");
}

}  // namespace

std::string describe(const left_behind& left) {
  std::vector<std::string> clauses;
  const std::string directory = left.directory.string();
  if (left.lost != counts_left{})
    clauses.push_back(
        fmt::format("{} lost: neither {} nor the store has them", with_verb(left.lost), directory));
  if (left.kept != counts_left{})
    clauses.push_back(
        fmt::format("{} kept in {}, for the store at the next start", with_verb(left.kept), directory));
  if (left.lost_before != counts_left{})
    clauses.push_back(
        fmt::format("{} had been lost before, as the log said then", describe(left.lost_before)));
  if (clauses.empty()) return "stopped: everything counted is stored";
  return fmt::format("stopped: {}", fmt::join(clauses, "; "));
}

}  // namespace buttond
