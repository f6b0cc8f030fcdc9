#pragma once
// A survey in memory for the tests of the dashboard: it says what it was given, notes what it is asked, and
// fails as it is told to.

#include "button/store/survey.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buttond::testing {

class recording_survey : public survey {
 public:
  std::map<std::chrono::sys_days, std::map<std::string, tally>> by_day;
  std::map<std::string, tally> links;
  std::vector<node_report> said;
  std::vector<hour_sum> hours;
  std::vector<std::chrono::sys_days> days_read;  // by sites_on
  std::function<void()> before_each = [] {};
  error_code failure;  // of every call, where it is one

  result<void> tell(const node_report& report, std::span<const counted_hour>) override {
    if (const auto failed = ask()) return failed;
    said.push_back(report);
    return {};
  }

  result<std::vector<node_report>> reports(wall_time since) override {
    if (const auto failed = ask()) return failed;
    std::vector<node_report> found;
    for (const auto& each : said) {
      if (each.at >= since) found.push_back(each);
    }
    return found;
  }

  result<void> counted_hours(wall_hour, wall_hour, const std::function<void(const counted_hour&)>&) override {
    return ask_for_nothing();
  }

  result<std::vector<hour_sum>> hour_sums(wall_hour first, wall_hour last) override {
    if (const auto failed = ask()) return failed;
    std::vector<hour_sum> found;
    for (const auto& each : hours) {
      if (each.hour >= first && each.hour <= last) found.push_back(each);
    }
    return found;
  }

  result<void> sweep(wall_time) override { return ask_for_nothing(); }

  result<void> sites_on(std::chrono::sys_days day, std::size_t most,
                        const std::function<void(std::string_view, const tally&)>& visit) override {
    days_read.push_back(day);
    if (const auto failed = ask()) return failed;
    std::vector<std::pair<std::string, tally>> sites(by_day[day].begin(), by_day[day].end());
    std::ranges::sort(sites, std::greater(), [](const auto& each) { return each.second.impressions; });
    if (sites.size() > most) sites.resize(most);
    for (const auto& [site, counts] : sites) visit(site, counts);
    return {};
  }

  result<std::optional<day_range>> days() override {
    if (const auto failed = ask()) return failed;
    if (by_day.empty()) return std::optional<day_range>();
    return std::optional(day_range{by_day.begin()->first, by_day.rbegin()->first});
  }

  result<void> days_of(std::string_view site, std::chrono::sys_days first, std::chrono::sys_days last,
                       const std::function<void(std::chrono::sys_days, const tally&)>& visit) override {
    if (const auto failed = ask()) return failed;
    for (const auto& [day, sites] : by_day) {
      const auto found = sites.find(std::string(site));
      if (day >= first && day <= last && found != sites.end()) visit(day, found->second);
    }
    return {};
  }

  result<std::vector<stored_link>> links_of(std::string_view, std::size_t) override {
    if (const auto failed = ask()) return failed;
    return std::vector<stored_link>();
  }

  result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) override {
    if (const auto failed = ask()) return failed;
    std::vector<std::optional<tally>> found;
    for (const auto& key : keys)
      found.push_back(links.contains(key) ? std::optional(links.at(key)) : std::nullopt);
    return found;
  }

  result<std::int64_t> drop_days(std::chrono::sys_days, std::int64_t) override { return 0; }
  result<forgotten> forget(std::string_view) override { return forgotten(); }
  result<std::string> site_link_key(std::string_view proposed) override { return std::string(proposed); }

 private:
  error_code ask() {
    before_each();
    return failure;
  }
  result<void> ask_for_nothing() {
    if (const auto failed = ask()) return failed;
    return {};
  }
};

}  // namespace buttond::testing
