#include "button/handlers/dashboard/sites.hpp"

#include "button/handlers/dashboard/csv_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace buttond {
namespace {

constexpr std::size_t shown_on_page = 100;
constexpr std::size_t shown_in_table = 100'000;

/// What is read at once where it is little, so that the first look shows it.
constexpr std::chrono::milliseconds first_look{300};

/// Thousandths are what a person may want of it.
double rounded(double change) noexcept {
  return std::round(change * 1000) / 1000;
}

}  // namespace

desk_answer sites_json(span_of_days span, const dashboard_parts& parts) {
  parts.ranges.wait_for(span, first_look);
  return sites_json_at_once(span, parts);
}

desk_answer sites_json_at_once(span_of_days span, const dashboard_parts& parts) {
  const auto read = parts.ranges.sites(span, shown_on_page);
  boost::json::array sites;
  for (const site_sum& each : read.largest) {
    boost::json::object site{{"site", each.site}};
    for (auto& [name, number] : to_json(each.counts)) site[name] = number;
    site["change"] = each.change ? boost::json::value(rounded(*each.change)) : boost::json::value(nullptr);
    sites.push_back(std::move(site));
  }
  return json_answer({{"range", of(span).name},
                      {"days", read.days},
                      {"read_days", read.read_days},
                      {"state", reading_state_names[static_cast<std::size_t>(read.state)]},
                      {"of", read.of},
                      {"sites", std::move(sites)}});
}

desk_answer sites_csv(span_of_days span, const dashboard_parts& parts) {
  parts.ranges.wait_for(span, first_look);
  const auto read = parts.ranges.sites(span, shown_in_table);
  csv_text csv;
  csv.cell("site").cell("impressions").cell("clicks").cell("shares").cell("change").end();
  for (const site_sum& each : read.largest) {
    csv.cell(each.site).cell(each.counts.impressions).cell(each.counts.clicks).cell(each.counts.shares);
    csv.cell(each.change ? std::optional(rounded(*each.change)) : std::nullopt).end();
  }
  return {.content_type = std::string(csv_content_type),
          .body = csv.take(),
          .file_name = "sites-" + std::string(of(span).name) + ".csv"};
}

}  // namespace buttond
