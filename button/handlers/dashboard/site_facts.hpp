#pragma once
// What the page of a site says, as it was read: the renderers (site_page, site_csv) add no fact.

#include "button/dashboard/recent_links.hpp"
#include "button/dashboard/store_answer.hpp"
#include "button/handlers/dashboard/site_question.hpp"
#include "button/impressions/books.hpp"
#include "button/store/store.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buttond {

struct site_day {
  std::chrono::sys_days day;
  tally counts;
};

struct site_facts {
  std::string site;
  site_range range = site_ranges[1];
  std::chrono::sys_seconds at;  // when it was read

  /// Those of the range that have anything, in order.
  store_answer days_read = store_answer::ok;
  std::vector<site_day> days;
  tally sum;
  /// The impressions of as many whole days, until yesterday, and of those before them; nothing where there
  /// was none before.
  std::optional<std::pair<std::int64_t, std::int64_t>> change;

  /// The most seen of all time.
  store_answer links_read = store_answer::ok;
  std::vector<stored_link> links;

  /// The busiest of the last minutes, of this node and of the others that told of theirs.
  std::vector<recent_link> now;
  store_answer nodes_read = store_answer::ok;
  std::size_t other_nodes = 0;

  /// By reason, since `not_counted_for`; nothing where this node noted none of the site.
  std::optional<std::array<std::uint64_t, filter_reasons>> not_counted;
  std::chrono::minutes not_counted_for{};

  std::chrono::sys_days last_day() const { return std::chrono::floor<std::chrono::days>(at); }
  std::chrono::sys_days first_day() const { return last_day() - std::chrono::days(range.days - 1); }

  /// Whether nothing of the site is known at all.
  bool empty() const {
    return days_read == store_answer::ok && days.empty() && links_read == store_answer::ok && links.empty() &&
           now.empty();
  }
};

/// Every day of the range, those without anything too, in order.
inline std::vector<site_day> every_day(const site_facts& facts) {
  std::vector<site_day> days;
  for (auto day = facts.first_day(); day <= facts.last_day(); day += std::chrono::days(1))
    days.push_back({day, {}});
  for (const site_day& each : facts.days) {
    const auto at = static_cast<std::size_t>((each.day - facts.first_day()).count());
    if (at < days.size()) days[at].counts = each.counts;
  }
  return days;
}

inline constexpr std::chrono::minutes site_now{15};
inline constexpr std::size_t most_site_links = 100;

}  // namespace buttond
