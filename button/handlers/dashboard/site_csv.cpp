#include "button/handlers/dashboard/site_csv.hpp"

#include "button/handlers/dashboard/csv_text.hpp"
#include "button/handlers/dashboard/site_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace buttond {
namespace {

void add_line(csv_text& to, std::string_view name, const tally& counts) {
  to.cell(name).cell(counts.impressions).cell(counts.clicks).cell(counts.shares).end();
}

constexpr bool is_plain(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

std::string site_csv(const site_facts& facts, site_table table) {
  csv_text out;
  out.cell(table == site_table::days ? "day" : "link")
      .cell("impressions")
      .cell("clicks")
      .cell("shares")
      .end();
  if (table == site_table::days) {
    for (const site_day& each : every_day(facts)) add_line(out, iso_day(each.day), each.counts);
  } else if (table == site_table::links) {
    for (const stored_link& each : facts.links) add_line(out, each.key, each.counts);
  } else {
    for (const recent_link& each : facts.now) add_line(out, each.key, each.counts);
  }
  return out.take();
}

std::string site_csv_name(const site_facts& facts, site_table table) {
  std::string name = facts.site;
  std::ranges::replace_if(
      name, [](char c) { return !is_plain(c); }, '-');
  return fmt::format("{}-{}.csv", name, name_of(table));
}

}  // namespace buttond
