#include "button/handlers/dashboard/site_page.hpp"

#include "button/handlers/dashboard/site_chart.hpp"
#include "button/handlers/dashboard/site_csv.hpp"
#include "button/handlers/dashboard/site_numbers.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

using namespace buttond;
using namespace std::chrono_literals;
using std::chrono::sys_days;

namespace {

constexpr sys_days today = std::chrono::year(2026) / 11 / 27;

site_facts some_facts() {
  site_facts facts;
  facts.site = "example.com";
  facts.range = site_ranges[0];
  facts.at = today + 14h + 7min;
  facts.days = {{today - std::chrono::days(3), {1'234, 56, 7}}, {today, {10, 1, 0}}};
  facts.sum = {1'244, 57, 7};
  facts.links = {{"example.com/one", {1'000, 50, 7}}, {"example.com", {9, 0, 0}}};
  facts.now = {{"example.com/one", {3, 2, 1}}};
  return facts;
}

const site_page& page() {
  static const site_page made("https://share.example.org");
  return made;
}

std::string rendered(const site_facts& facts, const site_door& door = {}) {
  std::string out;
  page().render(facts, door, out);
  return out;
}

site_door signed_link() {
  return {.is_shared = true, .until = 1'798'761'600, .signature = std::string(32, 'a')};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t times(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("A site's page says its days, its links now and of all time, and their sums", "[site_page]") {
  const std::string html = rendered(some_facts());
  CHECK(has(html, "<dd>1,244</dd>"));
  CHECK(has(html, "<th scope=\"row\">2026-11-24</th><td>1,234</td><td>56</td><td>7</td>"));
  CHECK(has(html, "href=\"https://example.com/one\""));
  CHECK(has(html, ">/one</a></th><td>1,000</td><td>50</td><td>7</td>"));
  CHECK(has(html, ">/one</a></th><td>3</td><td>2</td><td>1</td>"));
  CHECK(has(html, "Days are UTC; read 2026-11-27 14:07 UTC."));
}

TEST_CASE("The table of days begins with the first that has anything, and leaves out no day after it",
          "[site_page]") {
  const std::string html = rendered(some_facts());
  CHECK(times(html, "<th scope=\"row\">2026-11-") == 4);
  CHECK(has(html, "<th scope=\"row\">2026-11-25</th><td>0</td>"));
  CHECK_FALSE(has(html, "<th scope=\"row\">2026-11-23</th>"));
}

TEST_CASE("Neither a script nor a style attribute is in the page, which needs none", "[site_page]") {
  for (const auto& html : {rendered(some_facts()), rendered(some_facts(), signed_link())}) {
    CHECK_FALSE(has(html, "<script"));
    CHECK_FALSE(has(html, "style="));
    CHECK_FALSE(has(html, "onclick"));
  }
}

TEST_CASE("A key and a name are text, whatever is in them", "[site_page]") {
  site_facts facts = some_facts();
  facts.site = "x\"><script>alert(1)</script>";
  facts.links = {{"example.com/\"><img src=x onerror=alert(2)>", {1, 1, 1}}};
  facts.now = {{"example.com/</a><script>alert(3)</script>&amp;", {1, 1, 1}}};
  for (const auto& html : {rendered(facts), rendered(facts, signed_link())}) {
    CHECK_FALSE(has(html, "<script"));
    CHECK_FALSE(has(html, "<img"));
    CHECK(has(html, "&lt;script&gt;alert(3)"));
    CHECK(has(html, "&amp;amp;"));
  }
}

TEST_CASE("A link's path is shown with its letters, but not with what would hide or turn it", "[site_page]") {
  site_facts facts = some_facts();
  facts.links = {{"example.com/caf%C3%A9", {1, 0, 0}},
                 {"example.com/a%E2%80%AEb", {1, 0, 0}},
                 {"example.com/x%FFy", {1, 0, 0}}};
  const std::string html = rendered(facts);
  CHECK(has(html, ">/café</a>"));
  CHECK(has(html, "href=\"https://example.com/caf%C3%A9\""));
  CHECK(has(html, ">/a%E2%80%AEb</a>"));
  CHECK(has(html, ">/x%FFy</a>"));
}

TEST_CASE("All addresses of the page are relative, so that it stands below any path", "[site_page]") {
  for (const auto& html : {rendered(some_facts()), rendered(some_facts(), signed_link())}) {
    CHECK_FALSE(has(html, "href=\"/"));
    CHECK_FALSE(has(html, "src=\"/"));
  }
}

TEST_CASE("Ranges and tables go on by the way the reader came", "[site_page]") {
  const std::string operators = rendered(some_facts());
  CHECK(has(operators, "href=\"site?name=example.com&amp;range=30d\""));
  CHECK(has(operators, "href=\"site.csv?name=example.com&amp;range=7d&amp;table=links\""));
  CHECK(has(operators, "href=\"../stats\""));
  const std::string shared = rendered(some_facts(), signed_link());
  const std::string link = "site?name=example.com&amp;until=1798761600&amp;signature=" + std::string(32, 'a');
  CHECK(has(shared, "href=\"" + link + "&amp;range=400d\""));
  CHECK(has(shared, "href=\"" + link + "&amp;range=7d&amp;table=days\""));
  CHECK_FALSE(has(shared, "../stats"));
  CHECK(has(shared, "it opens until 2027-01-01 00:00 UTC"));
}

TEST_CASE("Of links that could not be read it says so, and the rest is there", "[site_page]") {
  site_facts facts = some_facts();
  facts.links.clear();
  facts.links_read = store_answer::slow;
  const std::string html = rendered(facts);
  CHECK(has(html, "The store is slow"));
  CHECK(has(html, "<dd>1,244</dd>"));
}

TEST_CASE("A site with nothing is told so, and what to do", "[site_page]") {
  site_facts facts;
  facts.site = "example.com";
  facts.at = today + 1h;
  const std::string html = rendered(facts);
  CHECK(has(html, "Nothing was counted of example.com yet"));
  CHECK(has(html, "https://share.example.org/js/button."));
  facts.not_counted = {0, 0, 0, 12, 0, 0};
  CHECK(has(rendered(facts), "The site is not on this server\u2019s list (--site)</th><td>12</td>"));
}

TEST_CASE("What was not counted stands with its reason, the most first", "[site_page]") {
  site_facts facts = some_facts();
  facts.not_counted = {5, 1'200, 0, 0, 0, 0};
  facts.not_counted_for = 61min;
  const std::string html = rendered(facts);
  CHECK(html.find("Loaded ahead by a browser") < html.find("Robots: search"));
  CHECK(has(html, "</th><td>1,200</td>"));
  CHECK(has(html, "in the last 61 min"));
  CHECK_FALSE(has(html, "--new-links"));
}

TEST_CASE("A chart has a bar for each day that has something, and says what and when", "[site_page]") {
  std::string out;
  append_bars(out, {"Clicks", today - std::chrono::days(3), {0, 40, 1, 3}});
  CHECK(times(out, "<rect") == 3);
  CHECK(has(out, "<title>2026-11-25: 40</title>"));
  CHECK(has(out, "<title>2026-11-27: 3 so far</title>"));
  CHECK(has(out, "aria-label=\"Clicks a day, 2026-11-24 to 2026-11-27; most 40 on 2026-11-25\""));
}

TEST_CASE("A chart of nothing, and of the largest numbers, is drawn", "[site_page]") {
  std::string out;
  append_bars(out, {"Clicks", today, {0}});
  CHECK(times(out, "<rect") == 0);
  append_bars(out, {"Clicks", today, {9'223'372'036'854'775'807}});
  CHECK(times(out, "<rect") == 1);
}

TEST_CASE("A scale ends with a round number", "[site_page]") {
  CHECK(top_of_scale(0) == 2);
  CHECK(top_of_scale(3) == 5);
  CHECK(top_of_scale(5) == 5);
  CHECK(top_of_scale(1'001) == 2'000);
  CHECK(top_of_scale(60'000) == 100'000);
}

TEST_CASE("Numbers, days and changes are written as people read them", "[site_page]") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(-1'234'567) == "-1,234,567");
  CHECK(short_day(today) == "27 Nov");
  CHECK(percent_change(108, 100) == "+8 %");
  CHECK(percent_change(50, 100) == "\u221250 %");
  CHECK(percent_change(1'000, 1'001) == "\u00b10 %");
}

TEST_CASE("The days as CSV are all of the range, those without anything too", "[site_page]") {
  CHECK(site_csv(some_facts(), site_table::days) ==
        "day,impressions,clicks,shares\r\n2026-11-21,0,0,0\r\n2026-11-22,0,0,0\r\n2026-11-23,0,0,0\r\n"
        "2026-11-24,1234,56,7\r\n2026-11-25,0,0,0\r\n2026-11-26,0,0,0\r\n2026-11-27,10,1,0\r\n");
}

TEST_CASE("Links as CSV are their keys", "[site_page]") {
  CHECK(site_csv(some_facts(), site_table::links) ==
        "link,impressions,clicks,shares\r\nexample.com/one,1000,50,7\r\nexample.com,9,0,0\r\n");
  CHECK(site_csv(some_facts(), site_table::now) ==
        "link,impressions,clicks,shares\r\nexample.com/one,3,2,1\r\n");
}

TEST_CASE("A table's file is named by its site, whose name cannot leave the quotes", "[site_page]") {
  site_facts facts = some_facts();
  CHECK(site_csv_name(facts, site_table::days) == "example.com-days.csv");
  facts.site = "[::1]:80\"\r\n";
  CHECK(site_csv_name(facts, site_table::now) == "---1--80----now.csv");
}
