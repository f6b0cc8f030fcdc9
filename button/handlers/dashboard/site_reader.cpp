#include "button/handlers/dashboard/site_reader.hpp"

#include "button/handlers/dashboard/fleet.hpp"
#include "common/url_key.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace buttond {
namespace {

constexpr std::size_t most_now = 50;
constexpr std::size_t most_of_this_node = 200;  // before those of the other nodes are added
constexpr std::chrono::days longest_compared{100};

class reader {
 public:
  reader(const site_question& asked, const site_sources& from)
      : asked_(asked), from_(from), begun_(from.time.monotonic()) {
    facts_.site = asked.site;
    facts_.range = asked.range;
    facts_.at = std::chrono::floor<std::chrono::seconds>(from.time.wall());
  }

  site_facts run() && {
    const bool page = asked_.table == site_table::none;
    if (page || asked_.table == site_table::days) facts_.days_read = read_days();
    // Whoever has no days gets no page: the rest is not asked for.
    if (facts_.days_read != store_answer::ok) return std::move(facts_);
    if (page || asked_.table == site_table::links) facts_.links_read = read_links();
    if (page || asked_.table == site_table::now) read_now();
    if (page) read_not_counted();
    return std::move(facts_);
  }

 private:
  bool is_late() const { return from_.time.monotonic() - begun_ >= site_reading_time; }

  store_answer read_days() {
    const std::chrono::days range(asked_.range.days);
    const auto today = facts_.last_day();
    const bool compares = asked_.table == site_table::none && range < longest_compared;
    std::int64_t whole = 0;
    std::int64_t before = 0;
    const auto first = compares ? today - 2 * range : facts_.first_day();
    const auto read = from_.store.days_of(asked_.site, first, today, [&](auto day, const tally& counts) {
      // Whole days: today is none yet.
      if (day < today) (day < today - range ? before : whole) += counts.impressions;
      if (day < facts_.first_day()) return;
      facts_.days.push_back({day, counts});
      facts_.sum += counts;
    });
    if (!read) {
      facts_.days.clear();
      return answer_of(read.error());
    }
    if (before > 0) facts_.change = {whole, before};
    return store_answer::ok;
  }

  store_answer read_links() {
    if (is_late()) return store_answer::slow;
    auto read = from_.store.links_of(asked_.site, most_site_links);
    if (!read) return answer_of(read.error());
    facts_.links = std::move(*read);
    return store_answer::ok;
  }

  void read_now() {
    std::map<std::string, tally, std::less<>> sums;
    for (const recent_link& each : from_.recent.top(site_now, most_of_this_node, asked_.site))
      sums[each.key] += each.counts;
    facts_.nodes_read = read_others(sums);
    for (const auto& [key, counts] : sums) facts_.now.push_back({key, counts});
    std::ranges::stable_sort(facts_.now, std::greater<>(),
                             [](const recent_link& each) { return weight_of(each.counts); });
    if (facts_.now.size() > most_now) facts_.now.resize(most_now);
  }

  store_answer read_others(std::map<std::string, tally, std::less<>>& sums) {
    if (is_late()) return store_answer::slow;
    const auto reports = from_.store.reports(from_.time.wall() - gone_after);
    if (!reports) return answer_of(reports.error());
    for (const node_report& report : *reports) {
      if (from_.is_own(report.node)) continue;
      ++facts_.other_nodes;
      const auto node = read_report(report);
      if (!node) continue;
      for (const recent_link& each : node->top)
        if (site_of(each.key) == asked_.site) sums[each.key] += each.counts;
    }
    return store_answer::ok;
  }

  void read_not_counted() {
    const auto known = from_.turned_away();
    if (!known) return;
    const std::string_view name = std::string_view(asked_.site).substr(0, turned_away::longest_host);
    const auto found = std::ranges::find(known->hosts, name, &turned_away_numbers::host::name);
    if (found == known->hosts.end()) return;
    facts_.not_counted = found->events;
    facts_.not_counted_for = std::chrono::ceil<std::chrono::minutes>(from_.time.monotonic() - known->since);
  }

  const site_question& asked_;
  const site_sources& from_;
  const monotonic_time begun_;
  site_facts facts_;
};

}  // namespace

site_facts read_site(const site_question& asked, const site_sources& from) {
  return reader(asked, from).run();
}

}  // namespace buttond
