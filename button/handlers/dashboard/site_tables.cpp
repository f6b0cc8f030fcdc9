#include "button/handlers/dashboard/site_tables.hpp"

#include "button/handlers/dashboard/site_numbers.hpp"
#include "button/handlers/pages/escape.hpp"
#include "button/handlers/pages/shown_link.hpp"
#include "button/store/batch_parts.hpp"
#include "common/percent_encoding.hpp"
#include "common/shortened.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace buttond {
namespace {

constexpr std::size_t most_shown_bytes = 120;

/// What people are told of each reason, in the order of filter_reason.
constexpr std::array<std::string_view, filter_reasons> reason_words{
    "Robots: search engines, monitoring and the like",
    "Loaded ahead by a browser, before anybody looked",
    "More from one address than a reader makes",
    "The site is not on this server\u2019s list (--site)",
    "More new links in an hour than are allowed (--new-links)",
    "Opened inside another page, not by a reader\u2019s own click"};

void append_numbers(std::string& out, const tally& counts) {
  fmt::format_to(std::back_inserter(out), "<td>{}</td><td>{}</td><td>{}</td></tr>\n",
                 grouped(counts.impressions), grouped(counts.clicks), grouped(counts.shares));
}

/// `title` is what its heading says, `first` what the first column has.
void begin_table(std::string& out, std::string_view title, std::string_view first) {
  fmt::format_to(
      std::back_inserter(out),
      "<div class=\"scroll\" role=\"region\" aria-label=\"{}, table\" tabindex=\"0\">\n<table>\n<thead><tr>"
      "<th scope=\"col\">{}</th><th scope=\"col\">Impressions</th><th scope=\"col\">Clicks</th>"
      "<th scope=\"col\">Shares</th></tr></thead>\n<tbody>\n",
      title, first);
}

void end_table(std::string& out) {
  out += "</tbody>\n</table>\n</div>\n";
}

/// A link's path with its letters, as far as they are seen as what they are.
std::string readable(std::string_view path) {
  std::string decoded;
  while (!path.empty()) {
    const int byte = percent_decoded(path);
    if (byte >= 0x80) {
      decoded += static_cast<char>(byte);
      path.remove_prefix(3);
    } else {
      decoded += path.front();
      path.remove_prefix(1);
    }
  }
  return decoded;
}

void append_link_row(std::string& out, const std::string& site, std::string_view key, const tally& counts) {
  out += "<tr><th scope=\"row\"><a href=\"https://";
  append_escaped(out, key);
  out += "\" rel=\"noreferrer nofollow\" dir=\"ltr\">";
  const shown_link shown = show_link(readable(key), site);
  append_escaped(out, shown.rest.empty() ? "/" : shortened(shown.rest, most_shown_bytes));
  out += "</a></th>";
  append_numbers(out, counts);
}

template <class Links>
void append_links(std::string& out, const site_facts& facts, std::string_view title, const Links& links) {
  begin_table(out, title, "Link");
  for (const auto& each : links) append_link_row(out, facts.site, each.key, each.counts);
  end_table(out);
}

void append_words(std::string& out, std::string_view words) {
  fmt::format_to(std::back_inserter(out), "<p class=\"none\">{}</p>\n", words);
}

}  // namespace

std::string_view words_of(store_answer how) noexcept {
  switch (how) {
    case store_answer::slow:
      return "The store is slow: this is not known at the moment. Try again.";
    case store_answer::away:
      return "The store does not answer: this is not known at the moment. Try again.";
    case store_answer::ok:
      break;
  }
  return {};
}

void append_days_table(std::string& out, const site_facts& facts) {
  auto days = every_day(facts);
  // Those before the first that has anything say nothing.
  days.erase(days.begin(),
             std::ranges::find_if(days, [](const site_day& each) { return each.counts != tally(); }));
  if (days.empty()) return append_words(out, "Nothing was counted in these days.");
  begin_table(out, "Days", "Day");
  for (auto each = days.rbegin(); each != days.rend(); ++each) {
    fmt::format_to(std::back_inserter(out), "<tr><th scope=\"row\">{}</th>", day_text(each->day));
    append_numbers(out, each->counts);
  }
  end_table(out);
}

void append_links_table(std::string& out, const site_facts& facts) {
  if (facts.links_read != store_answer::ok) return append_words(out, words_of(facts.links_read));
  if (facts.links.empty()) return append_words(out, "None yet.");
  append_links(out, facts, "Links of all time", facts.links);
}

void append_now_table(std::string& out, const site_facts& facts) {
  if (facts.now.empty()) return append_words(out, "Nobody has seen one of its buttons in this time.");
  append_links(out, facts, "Shared now", facts.now);
}

void append_not_counted(std::string& out, const site_facts& facts) {
  if (!facts.not_counted) {
    append_words(
        out, "Nothing that this node knows of. It remembers the busiest sites of this hour and the last.");
    return;
  }
  std::array<std::size_t, filter_reasons> order;
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto& events = *facts.not_counted;
  std::ranges::stable_sort(order, std::greater<>(), [&events](std::size_t i) { return events[i]; });
  fmt::format_to(std::back_inserter(out),
                 "<p class=\"hint\">By this node, in the last {} min.</p>\n<table>\n<thead><tr><th "
                 "scope=\"col\">Why</th>"
                 "<th scope=\"col\">Events</th></tr></thead>\n<tbody>\n",
                 std::max<std::int64_t>(facts.not_counted_for.count(), 1));
  for (const std::size_t i : order) {
    if (events[i] == 0) continue;
    fmt::format_to(std::back_inserter(out), "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                   reason_words[i], grouped(static_cast<std::int64_t>(events[i])));
  }
  out += "</tbody>\n</table>\n";
}

}  // namespace buttond
