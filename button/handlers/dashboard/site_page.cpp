#include "button/handlers/dashboard/site_page.hpp"

#include "assets/assets.hpp"
#include "button/handlers/dashboard/site_chart.hpp"
#include "button/handlers/dashboard/site_numbers.hpp"
#include "button/handlers/dashboard/site_tables.hpp"
#include "button/handlers/pages/escape.hpp"
#include "button/handlers/pages/snippets.hpp"
#include "button/store/site_link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace buttond {
namespace {

constexpr std::string_view assets_folder = "/assets/";

constexpr std::array<std::string_view, 6> page_slots{"site", "range", "ranges", "about", "content", "until"};
constexpr std::array<std::string_view, 3> note_slots{"title", "what", "todo"};
constexpr std::array<std::string_view, 14> content_slots{
    "range", "impressions", "clicks", "shares",    "change", "bars",     "nodes",
    "now",   "now_csv",     "links",  "links_csv", "days",   "days_csv", "not_counted"};
constexpr std::array<std::string_view, 2> empty_slots{"site", "not_counted"};

/// The admin listener has the files of its pages beside them.
void set_file(page_data& into, const std::string& slot, std::string_view name, bool is_shared) {
  const asset_address& address = address_of(name);
  const std::size_t before = is_shared ? 1 : assets_folder.size();
  into.set(slot, std::string(address.path.substr(before)));
  into.set(slot + "_integrity", std::string(address.integrity));
}

page_template make_page(std::string_view name, bool is_shared, std::span<const std::string_view> slots) {
  page_data constants;
  set_file(constants, "style", "site.css", is_shared);
  set_file(constants, "own_style", "site-view.css", is_shared);
  set(constants, "icon", is_shared ? "favicon.svg" : "data:,");
  constants.set("shared", is_shared);
  constants.set("operator", !is_shared);
  return {name, std::move(constants), slots};
}

page_template make_empty(const std::string& snippet) {
  page_data constants;
  if (snippet.empty())
    constants.set("snippet", false);
  else
    constants.set("snippet", snippet);
  return {"site-view-empty.html", std::move(constants), empty_slots};
}

std::string name_of_origin(std::string_view origin) {
  const auto at = origin.find("://");
  return at == origin.npos ? "this server" : std::string(origin.substr(at + 3));
}

/// Where the page itself is, relative to where it is: to go on to another range, or to a table.
std::string address(const site_facts& facts, const site_door& door, const site_range& range,
                    site_table table) {
  std::string to = door.is_shared ? "site?" + site_link_query(facts.site, door.until, door.signature)
                   : table == site_table::none ? std::string("site?name=")
                                               : std::string("site.csv?name=");
  if (!door.is_shared) append_component(to, facts.site);
  to += fmt::format("&range={}", range.name);
  if (table != site_table::none) to += fmt::format("&table={}", name_of(table));
  std::string escaped;
  append_escaped(escaped, to);
  return escaped;
}

std::string csv_link(const site_facts& facts, const site_door& door, site_table table, std::string_view of) {
  return fmt::format("<a class=\"csv\" href=\"{}\" download>CSV<span class=\"quietly\"> of {}</span></a>",
                     address(facts, door, facts.range, table), of);
}

std::string range_links(const site_facts& facts, const site_door& door) {
  std::string out;
  for (const site_range& each : site_ranges) {
    fmt::format_to(std::back_inserter(out), "<li><a href=\"{}\"{}>{}</a></li>",
                   address(facts, door, each, site_table::none),
                   each.name == facts.range.name ? " aria-current=\"page\"" : "", each.words);
  }
  return out;
}

std::string all_bars(const site_facts& facts) {
  std::string out;
  const auto days = every_day(facts);
  const auto append = [&](std::string_view what, std::int64_t tally::*number) {
    day_bars bars{what, facts.first_day(), {}};
    for (const site_day& each : days) bars.values.push_back(each.counts.*number);
    append_bars(out, bars);
  };
  append("Impressions", &tally::impressions);
  append("Clicks", &tally::clicks);
  append("Shares", &tally::shares);
  return out;
}

std::string change_of(const site_facts& facts) {
  if (!facts.change) return {};
  const auto& [now, before] = *facts.change;
  return fmt::format("<dd class=\"change\">{} <span>against the {} whole days before</span></dd>",
                     percent_change(now, before), facts.range.days);
}

std::string nodes_of(const site_facts& facts) {
  if (facts.nodes_read != store_answer::ok)
    return "of this node alone: the others are not known at the moment";
  if (facts.other_nodes == 0) return "as counted so far";
  return fmt::format("of all {} nodes, as counted so far", facts.other_nodes + 1);
}

template <class Append>
std::string made_by(Append append, const site_facts& facts) {
  std::string out;
  append(out, facts);
  return out;
}

}  // namespace

site_page::site_page(std::string_view origin)
    : server_(name_of_origin(origin)),
      snippet_(origin.empty() ? std::string() : make_snippet(snippet_form::html, origin, {})),
      operators_(make_page("site-view.html", false, page_slots)),
      shared_(make_page("site-view.html", true, page_slots)),
      content_("site-view-content.html", {}, content_slots),
      empty_(make_empty(snippet_)),
      operators_note_(make_page("site-view-note.html", false, note_slots)),
      shared_note_(make_page("site-view-note.html", true, note_slots)) {}

std::string site_page::content(const site_facts& facts, const site_door& door) const {
  const std::string impressions = grouped(facts.sum.impressions);
  const std::string clicks = grouped(facts.sum.clicks);
  const std::string shares = grouped(facts.sum.shares);
  const std::string change = change_of(facts);
  const std::string bars = all_bars(facts);
  const std::string nodes = nodes_of(facts);
  const std::string now = made_by(append_now_table, facts);
  const std::string now_csv = csv_link(facts, door, site_table::now, "what is shared now");
  const std::string links = made_by(append_links_table, facts);
  const std::string links_csv = csv_link(facts, door, site_table::links, "the links of all time");
  const std::string days = made_by(append_days_table, facts);
  const std::string days_csv = csv_link(facts, door, site_table::days, "the days");
  const std::string not_counted = made_by(append_not_counted, facts);
  const std::array<std::string_view, content_slots.size()> values{
      facts.range.words, impressions, clicks,    shares, change,   bars,       nodes, now,
      now_csv,           links,       links_csv, days,   days_csv, not_counted};
  std::string out;
  content_.render(values, out);
  return out;
}

std::string site_page::empty(const site_facts& facts) const {
  const std::string not_counted = facts.not_counted ? made_by(append_not_counted, facts) : std::string();
  std::string out;
  empty_.render(std::array<std::string_view, empty_slots.size()>{facts.site, not_counted}, out);
  return out;
}

void site_page::render(const site_facts& facts, const site_door& door, std::string& out) const {
  const std::string ranges = range_links(facts, door);
  const std::string about =
      fmt::format("What {} counted of this site in the {} that end today. Days are UTC; read {}.", server_,
                  facts.range.words, utc_minute(facts.at));
  const std::string body = facts.empty() ? empty(facts) : content(facts, door);
  const std::string until =
      door.is_shared ? utc_minute(std::chrono::sys_seconds(std::chrono::seconds(door.until))) : std::string();
  const std::array<std::string_view, page_slots.size()> values{
      facts.site, facts.range.words, ranges, about, body, until};
  (door.is_shared ? shared_ : operators_).render(values, out);
}

void site_page::render(const site_note& note, bool is_shared, std::string& out) const {
  const std::array<std::string_view, note_slots.size()> values{note.title, note.what, note.todo};
  (is_shared ? shared_note_ : operators_note_).render(values, out);
}

}  // namespace buttond
