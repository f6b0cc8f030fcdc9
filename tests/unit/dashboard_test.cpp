#include "button/handlers/admin_handler.hpp"
#include "tests/unit/dashboard_rig.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace buttond;
using namespace std::chrono_literals;
using buttond::testing::dashboard_rig;

namespace {

/// A report as nodes make it.
std::string report(const std::string& host, const std::string& of, int counted,
                   const std::string& more = R"("state":"ok")") {
  return R"({"host":")" + host + R"(","version":"1.0","commit":"ab12","started":"2026-03-14T11:00:00Z",)" +
         R"("minute":{"of":")" + of + R"(","seen":)" + std::to_string(counted + 3) + R"(,"counted":)" +
         std::to_string(counted) + R"(,"clicks":1,"shares":0,"reasons":{"bot":2,"rate":1}},"pending":7,)" +
         more + "}";
}

bool has_field(const http::response& answer, const std::string& line) {
  const std::string all = std::string(answer.static_fields) + answer.fields;
  return all.find(line + "\r\n") != std::string::npos;
}

std::string text(const boost::json::value& value) {
  return std::string(value.as_string());
}

}  // namespace

TEST_CASE("What is going on now is answered, with this node alone where it is alone", "[dashboard]") {
  dashboard_rig all;
  all.report = report("node-1", "2026-03-14T12:59:00Z", 10);
  const auto now = all.json("/dashboard/now");
  CHECK(text(now.at("server").at("name")) == "share.example.com");
  CHECK(text(now.at("server").at("host")) == "node-1");
  CHECK(text(now.at("at")) == "2026-03-14T13:00:00Z");
  CHECK(text(now.at("verdict").at("state")) == "ok");
  CHECK(now.at("minute").at("counted") == 10);
  CHECK(now.at("minute").at("not_counted") == 3);
  CHECK(now.at("minute").at("reasons").at("bot") == 2);
  CHECK(text(now.at("fleet")) == "ok");
  REQUIRE(now.at("nodes").as_array().size() == 1);
  const auto& here = now.at("nodes").at(0);
  CHECK(here.at("here") == true);
  CHECK(here.at("gone") == false);
  CHECK(here.at("pending") == 7);
  CHECK(here.at("p99_seconds").is_null());
}

TEST_CASE("In a node's first minute nothing is said of it", "[dashboard]") {
  dashboard_rig all;
  CHECK(all.json("/dashboard/now").at("minute").is_null());
}

TEST_CASE("A minute adds up what nodes counted in it or in the one before", "[dashboard]") {
  dashboard_rig all;
  all.report = report("a", "2026-03-14T12:59:00Z", 1);
  const auto now = all.time.wall();
  all.store.said = {{"b", now, report("b", "2026-03-14T12:59:00Z", 10)},
                    {"c", now - 1min, report("c", "2026-03-14T12:58:00Z", 100)},
                    {"d", now - 2min, report("d", "2026-03-14T12:57:00Z", 1'000)}};
  const auto minute = all.json("/dashboard/now").at("minute");
  CHECK(minute.at("counted") == 111);
  CHECK(minute.at("seen") == 120);
  CHECK(minute.at("nodes") == 3);
}

TEST_CASE("A node that said nothing for 150 s is gone, and one that stopped is shown for an hour",
          "[dashboard]") {
  dashboard_rig all;
  const auto now = all.time.wall();
  all.store.said = {{"b", now - 149s, report("b", "", 1)},
                    {"c", now - 150s, report("c", "", 1)},
                    {"d", now - 60min, report("d", "", 1, R"("state":"stopped")")},
                    {"e", now - 61min, report("e", "", 1, R"("state":"stopped")")}};
  const auto answer = all.json("/dashboard/now");
  std::string gone;
  for (const auto& each : answer.at("nodes").as_array())
    gone += text(each.at("node")) + (each.at("gone").as_bool() ? "- " : "+ ");
  CHECK(gone == "here+ b+ c- d- ");
  CHECK(text(answer.at("verdict").at("words")).starts_with("The node c is gone"));
}

TEST_CASE("A report that is none, or of another version, harms nobody", "[dashboard]") {
  dashboard_rig all;
  const auto now = all.time.wall();
  all.store.said = {{"b", now, "[1,"},
                    {"c", now, R"({"host":7,"minute":[],"top":[[],["k"]],"pending":"x"})"}};
  CHECK(all.json("/dashboard/now").at("nodes").as_array().size() == 2);
}

TEST_CASE("What is shared now is that of all nodes together, with what the store has of it", "[dashboard]") {
  dashboard_rig all;
  const std::vector<link_delta> links{{"a.example/1", {10, 0, 0}}, {"a.example/2", {5, 0, 0}}};
  all.recent.add(links);
  all.store.links["a.example/2"] = {1'000, 2, 3};
  all.store.said = {{"b", all.time.wall(), report("b", "", 1, R"("top":[["a.example/2",20,1,1]])")}};
  const auto shared = all.json("/dashboard/now").at("shared");
  CHECK(shared.at("nodes") == 2);
  const auto& links_shown = shared.at("links").as_array();
  REQUIRE(links_shown.size() == 2);
  CHECK(text(links_shown[0].at("key")) == "a.example/2");
  CHECK(text(links_shown[0].at("url")) == "https://a.example/2");
  CHECK(links_shown[0].at("impressions") == 25);
  CHECK(links_shown[0].at("all").at("impressions") == 1'000);
}

TEST_CASE("Where the store is away, what a node itself knows is shown", "[dashboard]") {
  dashboard_rig all;
  const std::vector<link_delta> links{{"a.example/1", {10, 0, 0}}};
  all.recent.add(links);
  all.store.failure = make_error_code(errc::store_unavailable);
  const auto now = all.json("/dashboard/now");
  CHECK(text(now.at("fleet")) == "away");
  CHECK(now.at("nodes").as_array().size() == 1);
  CHECK(now.at("shared").at("links").at(0).at("impressions") == 10);
  CHECK(now.at("shared").at("links").at(0).at("all").is_null());
}

TEST_CASE("Whom and what it did not count is said", "[dashboard]") {
  dashboard_rig all;
  all.turned_away.agents = {{"GPTBot", 61}};
  all.turned_away.hosts = {{"other.example", {}}};
  all.turned_away.hosts[0].events[static_cast<std::size_t>(filter_reason::site)] = 12;
  const auto said = all.json("/dashboard/now").at("not_counted");
  CHECK(text(said.at("agents").at(0).at("word")) == "GPTBot");
  CHECK(said.at("hosts").at(0).at("events") == 12);
  CHECK(said.at("hosts").at(0).at("reasons").at("site") == 12);
  CHECK(all.get("/dashboard/not-counted.csv").body ==
        "of,name,reason,events\r\nagent,GPTBot,bot,61\r\nhost,other.example,site,12\r\n");
}

TEST_CASE("All who look within a second look at one snapshot", "[dashboard]") {
  dashboard_rig all;
  for (const char* const path :
       {"/dashboard/now", "/dashboard/now", "/dashboard/shared.csv", "/dashboard/nodes.csv"})
    CHECK(all.get(path).status == 200);
  CHECK(all.snapshots == 1);
  all.time.advance(1s);
  all.get("/dashboard/now");
  CHECK(all.snapshots == 2);
}

TEST_CASE("Where a loop does not answer, the verdict says so", "[dashboard]") {
  dashboard_rig all;
  all.loops_answer = false;
  const auto now = all.json("/dashboard/now");
  CHECK(text(now.at("verdict").at("state")) == "act");
  CHECK(now.at("nodes").as_array().empty());
}

TEST_CASE("The line of a day is of all nodes' minutes, this one's own the newest", "[dashboard]") {
  dashboard_rig all;
  const auto now = std::chrono::floor<std::chrono::minutes>(all.time.wall());
  minute_counts counts;
  counts.counted = {5, 1, 0};
  all.minutes.add(now - 1min, counts);
  const auto line = all.json("/dashboard/line?range=24h");
  CHECK(text(line.at("step")) == "minute");
  CHECK(text(line.at("first")) == "2026-03-13T13:00:00Z");
  const auto& points = line.at("points").as_array();
  REQUIRE(points.size() == 1'440);
  CHECK(points[1'438].is_null());
  CHECK(points[1'439] == boost::json::value({5, 1, 0}));
  CHECK(text(line.at("state")) == "ok");
}

TEST_CASE("The line of a week is of hours, and of this node's own where the store is away", "[dashboard]") {
  dashboard_rig all;
  const auto now = std::chrono::floor<std::chrono::hours>(all.time.wall());
  all.store.hours = {{now - 1h, {7, 0, 0}}};
  auto line = all.json("/dashboard/line?range=7d");
  CHECK(text(line.at("step")) == "hour");
  REQUIRE(line.at("points").as_array().size() == 168);
  CHECK(line.at("points").at(166) == boost::json::value({7, 0, 0}));
  all.store.failure = make_error_code(errc::store_unavailable);
  minute_counts counts;
  counts.counted = {2, 0, 0};
  all.minutes.add(std::chrono::floor<std::chrono::minutes>(all.time.wall()) - 1min, counts);
  all.time.advance(5s);
  line = all.json("/dashboard/line?range=7d");
  CHECK(text(line.at("state")) == "away");
  CHECK(line.at("points").at(166) == boost::json::value({2, 0, 0}));
}

TEST_CASE("The line of a month is of days", "[dashboard]") {
  dashboard_rig all;
  const auto today = utc_day(all.time.wall());
  all.store.by_day[today - std::chrono::days(1)]["a.example"] = {3, 2, 1};
  const auto line = all.json("/dashboard/line?range=30d");
  CHECK(text(line.at("step")) == "day");
  CHECK(text(line.at("first")) == "2026-02-13T00:00:00Z");
  CHECK(line.at("points").at(28) == boost::json::value({3, 2, 1}));
  CHECK(line.at("read_days") == 30);
  CHECK(all.get("/dashboard/line.csv?range=30d").body.find("2026-03-13,3,2,1\r\n2026-03-14,0,0,0\r\n") !=
        std::string::npos);
}

TEST_CASE("The largest sites of a span are listed, with how they change", "[dashboard]") {
  dashboard_rig all;
  const auto today = utc_day(all.time.wall());
  all.store.by_day[today]["a.example"] = {3, 0, 0};
  all.store.by_day[today - std::chrono::days(1)]["a.example"] = {12, 0, 0};
  all.store.by_day[today - std::chrono::days(2)]["a.example"] = {10, 0, 0};
  all.get("/dashboard/sites?range=24h");
  const auto sites = all.json("/dashboard/sites?range=24h");
  CHECK(sites.at("of") == 1);
  CHECK(text(sites.at("sites").at(0).at("site")) == "a.example");
  CHECK(sites.at("sites").at(0).at("impressions") == 3);
}

TEST_CASE("A range that is none of the four is refused, and the four are named", "[dashboard]") {
  dashboard_rig all;
  for (const char* const path : {"line", "sites", "line.csv", "sites.csv"}) {
    for (const char* const range : {"", "?range=", "?range=12h", "?range=24h%00"}) {
      const auto answer = all.get(std::string("/dashboard/") + path + range);
      CHECK(answer.status == 400);
      CHECK(answer.body.find("\"unknown_range\"") != std::string::npos);
      CHECK(answer.body.find("24h, 7d, 30d or 400d") != std::string::npos);
    }
  }
}

TEST_CASE("A link is looked up: its key, its counts, and when it was counted last", "[dashboard]") {
  dashboard_rig all;
  all.store.links["a.example/1"] = {10, 2, 1};
  const std::vector<link_delta> links{{"a.example/1", {1, 0, 0}}};
  all.recent.add(links);
  const auto link = all.json("/dashboard/link?url=https%3A%2F%2Fwww.a.example%2F1%23part");
  CHECK(text(link.at("key")) == "a.example/1");
  CHECK(link.at("steps").as_array().size() >= 2);
  CHECK(link.at("why").is_null());
  CHECK(link.at("listed") == true);
  CHECK(link.at("known") == true);
  CHECK(link.at("counts").at("clicks") == 2);
  CHECK(text(link.at("last_counted").at("at")) == "2026-03-14T13:00:00Z");
  CHECK(text(link.at("last_counted").at("precision")) == "minute");
  CHECK(text(link.at("last_counted").at("of")) == "link");
}

TEST_CASE("Of a link that is not busy, the last day of its site is said", "[dashboard]") {
  dashboard_rig all;
  all.store.links["a.example/1"] = {10, 2, 1};
  all.store.by_day[utc_day(all.time.wall()) - std::chrono::days(3)]["a.example"] = {1, 0, 0};
  const auto last = all.json("/dashboard/link?url=https://a.example/1").at("last_counted");
  CHECK(text(last.at("at")) == "2026-03-11T00:00:00Z");
  CHECK(text(last.at("precision")) == "day");
  CHECK(text(last.at("of")) == "site");
}

TEST_CASE("Of a link that is none, the reason is said", "[dashboard]") {
  dashboard_rig all;
  const auto link = all.json("/dashboard/link?url=ftp://a.example/");
  CHECK(link.at("key").is_null());
  CHECK_FALSE(text(link.at("why")).empty());
  CHECK(link.at("counts").is_null());
  CHECK(all.get("/dashboard/link").status == 400);
}

TEST_CASE("Of a link the store's state is said where it is away", "[dashboard]") {
  dashboard_rig all;
  all.store.failure = make_error_code(errc::store_timeout);
  const auto link = all.json("/dashboard/link?url=https://a.example/1");
  CHECK(text(link.at("state")) == "slow");
  CHECK(text(link.at("key")) == "a.example/1");
  CHECK(link.at("counts").is_null());
}

TEST_CASE("Tables are CSV to be saved", "[dashboard]") {
  dashboard_rig all;
  const std::vector<link_delta> links{{"a.example/1", {10, 0, 0}}};
  all.recent.add(links);
  const auto shared = all.get("/dashboard/shared.csv");
  CHECK(has_field(shared, "Content-Type: text/csv; charset=utf-8; header=present"));
  CHECK(has_field(shared, "Content-Disposition: attachment; filename=\"shared.csv\""));
  CHECK(
      shared.body ==
      "key,impressions,clicks,shares,all_impressions,all_clicks,all_shares\r\na.example/1,10,0,0,0,0,0\r\n");
  CHECK(all.get("/dashboard/nodes.csv").body.starts_with("host,node,here,gone,version,"));
  CHECK(
      all.get("/dashboard/sites.csv?range=7d").body.starts_with("site,impressions,clicks,shares,change\r\n"));
}

TEST_CASE("What the dashboard answers is nobody else's, and is not kept", "[dashboard]") {
  dashboard_rig all;
  for (const char* const target : {"/dashboard/now", "/dashboard/line?range=24h", "/dashboard/line",
                                   "/nothing", "/dashboard/shared.csv", "/stats/", "/dashboard/nothing.js"}) {
    INFO(target);
    const auto answer = all.get(target);
    for (const char* const field :
         {"X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Cache-Control: no-store",
          "Cross-Origin-Resource-Policy: same-origin", "Cross-Origin-Opener-Policy: same-origin"})
      CHECK(has_field(answer, field));
    CHECK((std::string(answer.static_fields) + answer.fields).find("Access-Control-") == std::string::npos);
  }
}

TEST_CASE("The page with a slash leads to the one without, wherever it is mounted", "[dashboard]") {
  dashboard_rig all;
  const auto answer = all.get("/stats/");
  CHECK(answer.status == 302);
  CHECK(has_field(answer, "Location: ../stats"));
}

TEST_CASE("The page is served", "[dashboard]") {
  dashboard_rig all;
  const auto answer = all.get("/stats");
  CHECK(answer.status == 200);
  CHECK(answer.content().find("<html") != std::string_view::npos);
}
