// What a survey promises on every store (button/store/survey.hpp).

#include "button/store/survey.hpp"
#include "tests/unit/batches.hpp"
#include "tests/unit/store_places.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

constexpr wall_time now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 14h + 7min + 32s;
constexpr wall_hour this_hour = std::chrono::floor<std::chrono::hours>(now);

node_report report_of(std::string node, wall_time at = now, std::string text = R"({"host":"one"})") {
  return {.node = std::move(node), .at = at, .text = std::move(text)};
}

counted_hour hour_of(std::string node, wall_hour hour, const std::map<std::size_t, tally>& minutes) {
  counted_hour made{.node = std::move(node), .hour = hour, .minutes = {}};
  for (const auto& [minute, counts] : minutes) made.minutes[minute] = counts;
  return made;
}

std::vector<counted_hour> hours_of(survey& from, wall_hour first, wall_hour last) {
  std::vector<counted_hour> all;
  REQUIRE(from.counted_hours(first, last, [&](const counted_hour& hour) { all.push_back(hour); }));
  std::ranges::sort(all, {}, [](const auto& hour) { return std::pair{hour.hour, hour.node}; });
  return all;
}

std::map<std::string, tally> sites_of(survey& from, std::chrono::sys_days day, std::size_t most = 100'000) {
  std::map<std::string, tally> sites;
  REQUIRE(from.sites_on(day, most, [&](std::string_view site, const tally& counts) {
    CHECK(sites.emplace(site, counts).second);
  }));
  return sites;
}

std::vector<std::pair<std::chrono::sys_days, tally>> days_of(survey& from, std::string_view site) {
  std::vector<std::pair<std::chrono::sys_days, tally>> days;
  REQUIRE(
      from.days_of(site, a_day - std::chrono::days{400}, a_day,
                   [&](std::chrono::sys_days day, const tally& counts) { days.emplace_back(day, counts); }));
  return days;
}

std::vector<std::string> keys_of(const result<std::vector<stored_link>>& links) {
  REQUIRE(links);
  std::vector<std::string> keys;
  for (const auto& link : *links) keys.push_back(link.key);
  return keys;
}

void count(store& in, const std::vector<link_delta>& links, std::chrono::sys_days day = a_day) {
  static int nodes = 0;
  test_node node{fmt::format("node-{}", ++nodes)};
  REQUIRE(node.bring(in, links, day));
  fold_all(in);
}

/// Keys that belong to example.com, and keys that only begin like it.
const std::vector<std::string> own{"example.com", "example.com/", "example.com/a", "example.com/~z",
                                   "example.com?p=1"};
const std::vector<std::string> others{
    "example.com.evil/a",  "example.com-a.example/a", "example.com:8080/a", "example.com:8080",
    "example.community/a", "blog.example.com/a",      "example.co/a",       "www.example.org/example.com/a"};

void count_own_and_others(store& in) {
  std::vector<link_delta> links;
  std::int64_t counts = 0;
  for (const auto& key : own) links.push_back({key, {++counts, 1, 0}});
  for (const auto& key : others) links.push_back({key, {++counts, 1, 0}});
  count(in, links);
}

forgotten forget_all(survey& in, std::string_view site) {
  forgotten total;
  for (bool more = true; more;) {
    const auto portion = in.forget(site);
    REQUIRE(portion);
    total.links += portion->links;
    total.days += portion->days;
    total.share_ids += portion->share_ids;
    total.refused += portion->refused;
    more = portion->more;
  }
  return total;
}

}  // namespace

#define EACH_SURVEY() \
  EACH_STORE();       \
  const auto asked = open_survey(place->uri())

TEST_CASE("Nothing reads as empty", "[store][survey]") {
  EACH_SURVEY();
  CHECK(asked->reports(wall_time{})->empty());
  CHECK(hours_of(*asked, this_hour - 24h, this_hour).empty());
  CHECK(asked->hour_sums(this_hour - 24h, this_hour)->empty());
  CHECK(sites_of(*asked, a_day).empty());
  REQUIRE(asked->days());
  CHECK_FALSE(asked->days()->has_value());
  CHECK(days_of(*asked, "example.com").empty());
  CHECK(keys_of(asked->links_of("example.com", 10)).empty());
  const auto found = asked->find(std::vector<std::string>{"example.com/a", "example.com/b"});
  REQUIRE(found);
  CHECK(*found == std::vector<std::optional<tally>>(2));
  CHECK(asked->drop_days(a_day, 100) == result<std::int64_t>{0});
  CHECK(asked->sweep(now));
  const auto gone = asked->forget("example.com");
  REQUIRE(gone);
  CHECK(gone->links == 0);
  CHECK_FALSE(gone->more);
}

TEST_CASE("A node's last report stands in place of the one before", "[store][survey]") {
  EACH_SURVEY();
  REQUIRE(db->share_key("k"));  // the store is there
  REQUIRE(asked->tell(report_of("a1", now - 2min), {}));
  REQUIRE(asked->tell(report_of("b2", now - 1min), {}));
  const auto text =
      R"({"host":"n\u00e4r","up":true,"none":null,"p99":0.25,"top":[["a.example/x",3,9007199254740993,0]],"minute":{"seen":41203}})";
  REQUIRE(asked->tell(report_of("a1", now, text), {}));
  auto reports = asked->reports(wall_time{});
  REQUIRE(reports);
  REQUIRE(reports->size() == 2);
  std::ranges::sort(*reports, {}, &node_report::node);
  CHECK((*reports)[0].node == "a1");
  CHECK((*reports)[0].at == now);
  const auto plain = boost::json::parse((*reports)[0].text);
  CHECK(plain == boost::json::parse(text));
  CHECK((*reports)[1].at == now - 1min);
}

TEST_CASE("Reports are read from a moment on", "[store][survey]") {
  EACH_SURVEY();
  REQUIRE(db->share_key("k"));
  REQUIRE(asked->tell(report_of("old", now - 1ms), {}));
  REQUIRE(asked->tell(report_of("new", now), {}));
  const auto reports = asked->reports(now);
  REQUIRE(reports);
  REQUIRE(reports->size() == 1);
  CHECK(reports->front().node == "new");
}

TEST_CASE("A report that is no JSON object, too long or of no node is refused", "[store][survey]") {
  EACH_SURVEY();
  REQUIRE(db->share_key("k"));
  const auto padded = [](std::size_t bytes) { return R"({"a":")" + std::string(bytes - 8, 'x') + R"("})"; };
  for (const auto& text :
       {std::string{}, std::string{"[]"}, std::string{"1"}, std::string{"{"}, std::string{"{} {}"},
        std::string{"{\"\xff\":1}"}, padded(node_report_bytes + 1)}) {
    CAPTURE(text.substr(0, 20));
    CHECK(asked->tell(report_of("a1", now, text), {}).error() == errc::store_refused);
  }
  CHECK(asked->tell(report_of("a|1"), {}).error() == errc::store_refused);
  CHECK(asked->tell(report_of(""), {}).error() == errc::store_refused);
  CHECK(asked->reports(wall_time{})->empty());
  CHECK(asked->tell(report_of("a1", now, padded(node_report_bytes)), {}));
}

TEST_CASE("Hours come back by the minute, with their gaps", "[store][survey]") {
  EACH_SURVEY();
  REQUIRE(db->share_key("k"));
  const auto before = hour_of("a1", this_hour - 1h, {{0, {1, 2, 3}}, {7, {0, 0, 0}}, {59, {5, 0, 0}}});
  const auto current = hour_of("a1", this_hour, {{0, {9, 0, 0}}});
  REQUIRE(asked->tell(report_of("a1"), std::vector{before, current}));
  const auto more = hour_of("a1", this_hour, {{0, {9, 0, 0}}, {1, {4, 1, 1}}});
  REQUIRE(asked->tell(report_of("a1"), std::vector{more}));
  REQUIRE(asked->tell(report_of("b2"), std::vector{hour_of("b2", this_hour, {{3, {100, 0, 0}}})}));

  const auto hours = hours_of(*asked, this_hour - 1h, this_hour);
  REQUIRE(hours.size() == 3);
  CHECK(hours[0].minutes == before.minutes);
  CHECK(hours[1].node == "a1");
  CHECK(hours[1].minutes == more.minutes);
  CHECK(hours[2].node == "b2");
  CHECK(hours_of(*asked, this_hour, this_hour).size() == 2);
  CHECK(hours_of(*asked, this_hour - 1h, this_hour - 1h).size() == 1);

  const auto sums = asked->hour_sums(this_hour - 24h, this_hour);
  REQUIRE(sums);
  REQUIRE(sums->size() == 2);
  CHECK(sums->front().hour == this_hour - 1h);
  CHECK(sums->front().counts == tally{6, 2, 3});
  CHECK(sums->back().counts == tally{113, 1, 1});
}

TEST_CASE("What nodes said goes when it is not kept any longer", "[store][survey]") {
  EACH_SURVEY();
  REQUIRE(db->share_key("k"));
  REQUIRE(asked->tell(report_of("gone", now - node_report_kept - 1ms),
                      std::vector{hour_of("gone", this_hour - counted_hour_kept - 1h, {{0, {1, 0, 0}}})}));
  REQUIRE(asked->tell(report_of("kept", now - node_report_kept),
                      std::vector{hour_of("kept", this_hour - counted_hour_kept, {{0, {1, 0, 0}}})}));
  REQUIRE(asked->sweep(now));
  const auto reports = asked->reports(wall_time{});
  REQUIRE(reports);
  REQUIRE(reports->size() == 1);
  CHECK(reports->front().node == "kept");
  const auto hours = hours_of(*asked, this_hour - 10'000h, this_hour);
  REQUIRE(hours.size() == 1);
  CHECK(hours.front().node == "kept");
}

TEST_CASE("The sites of a day, and the days of a site", "[store][survey]") {
  EACH_SURVEY();
  count(*db, {{"a.example/1", {5, 1, 0}}, {"a.example/2", {6, 0, 2}}, {"b.example/1", {7, 0, 0}}});
  count(*db, {{"a.example/1", {100, 0, 0}}}, a_day - std::chrono::days{3});
  CHECK(sites_of(*asked, a_day) ==
        std::map<std::string, tally>{{"a.example", {11, 1, 2}}, {"b.example", {7, 0, 0}}});
  CHECK(sites_of(*asked, a_day - std::chrono::days{3}) ==
        std::map<std::string, tally>{{"a.example", {100, 0, 0}}});
  CHECK(sites_of(*asked, a_day - std::chrono::days{1}).empty());
  CHECK(days_of(*asked, "a.example") ==
        std::vector<std::pair<std::chrono::sys_days, tally>>{{a_day - std::chrono::days{3}, {100, 0, 0}},
                                                             {a_day, {11, 1, 2}}});
  CHECK(days_of(*asked, "a.exampl").empty());
  const auto range = asked->days();
  REQUIRE(range);
  REQUIRE(*range);
  CHECK((*range)->first == a_day - std::chrono::days{3});
  CHECK((*range)->last == a_day);
}

TEST_CASE("Of more sites than are asked for, the largest come", "[store][survey]") {
  EACH_SURVEY();
  std::vector<std::string> keys;
  for (int i = 0; i < 500; ++i) keys.push_back(fmt::format("site-{}.example/", i));
  std::vector<link_delta> links;
  for (int i = 0; i < 500; ++i) links.push_back({keys[static_cast<std::size_t>(i)], {(i * 7) % 500, 0, 0}});
  count(*db, links);
  const auto sites = sites_of(*asked, a_day, 10);
  REQUIRE(sites.size() == 10);
  for (const auto& [site, counts] : sites) CHECK(counts.impressions >= 490);
  CHECK(sites_of(*asked, a_day, 0).empty());
  CHECK(sites_of(*asked, a_day).size() == 499);  // a site with nothing to add has no day
}

TEST_CASE("The links of a site are no others', and the busiest come first", "[store][survey]") {
  EACH_SURVEY();
  count_own_and_others(*db);
  auto expected = own;
  std::ranges::reverse(expected);
  CHECK(keys_of(asked->links_of("example.com", 100)) == expected);
  expected.resize(2);
  CHECK(keys_of(asked->links_of("example.com", 2)) == expected);
  CHECK(keys_of(asked->links_of("example.com", 0)).empty());
  CHECK(keys_of(asked->links_of("example.com:8080", 9)) ==
        std::vector<std::string>{"example.com:8080", "example.com:8080/a"});
  CHECK(keys_of(asked->links_of("blog.example.com", 9)) == std::vector<std::string>{"blog.example.com/a"});
}

TEST_CASE("A link that has moved is not among its site's, and is found where it is", "[store][survey]") {
  EACH_SURVEY();
  count(*db, {{"old.example/a", {5, 1, 0}}, {"old.example/b", {1, 0, 0}}, {"new.example/a", {2, 0, 0}}});
  const std::vector<link_move> moves{{.from = "old.example/a", .to = "new.example/a"}};
  REQUIRE(db->move(moves, move_mode::real));
  CHECK(keys_of(asked->links_of("old.example", 9)) == std::vector<std::string>{"old.example/b"});
  const auto found = asked->find(std::vector<std::string>{"old.example/b", "old.example/a", "none.example/"});
  REQUIRE(found);
  CHECK(*found == std::vector<std::optional<tally>>{tally{1, 0, 0}, tally{7, 1, 0}, std::nullopt});
}

TEST_CASE("Days before a day go in portions, the oldest first", "[store][survey]") {
  EACH_SURVEY();
  for (int ago = 0; ago < 5; ++ago)
    count(*db, {{"a.example/1", {1, 0, 0}}, {"b.example/1", {1, 0, 0}}}, a_day - std::chrono::days{ago});
  const auto keep_from = a_day - std::chrono::days{1};
  CHECK(asked->drop_days(keep_from, 4) == result<std::int64_t>{4});
  CHECK((*asked->days())->first == a_day - std::chrono::days{2});
  CHECK(asked->drop_days(keep_from, 4) == result<std::int64_t>{2});
  CHECK(asked->drop_days(keep_from, 4) == result<std::int64_t>{0});
  CHECK(days_of(*asked, "a.example").size() == 2);
  CHECK(sites_of(*asked, a_day).size() == 2);
  CHECK(count_of(*db, "a.example/1") == tally{5, 0, 0});
}

TEST_CASE("A forgotten site leaves nothing, and others keep what they have", "[store][survey]") {
  EACH_SURVEY();
  count_own_and_others(*db);
  std::vector<share_report> shares;
  for (int i = 0; i < 3; ++i) shares.push_back({.key = "example.com/a", .id = fmt::format("id-{}", i)});
  shares.push_back({.key = "example.com/a", .id = "reader", .by = shared_by::reader});
  shares.push_back({.key = "example.com.evil/a", .id = "other"});
  REQUIRE(db->record_shares(shares));

  const auto gone = forget_all(*asked, "example.com");
  CHECK(gone.links == std::ssize(own));
  CHECK(gone.days == 1);
  CHECK(gone.share_ids == 4);
  CHECK(gone.refused == 0);
  for (const auto& key : own) CHECK_FALSE(count_of(*db, key));
  std::int64_t counts = std::ssize(own);
  for (const auto& key : others) {
    CAPTURE(key);
    CHECK(count_of(*db, key)->impressions == ++counts);
  }
  CHECK(days_of(*asked, "example.com").empty());
  CHECK(days_of(*asked, "example.com.evil").size() == 1);
  CHECK(forget_all(*asked, "example.com").links == 0);

  // The ids are not known any longer, and the link counts from nothing.
  REQUIRE(db->record_shares(std::vector{shares.front()}));
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 1});
  CHECK(db->record_shares(std::vector{shares.back()})->repeated == 1);
}

TEST_CASE("What is cut off while a site is forgotten is gone on with", "[store][survey]") {
  EACH_SURVEY();
  std::vector<std::string> keys;
  for (int i = 0; i < 2'500; ++i) keys.push_back(fmt::format("example.com/{}", i));
  for (std::size_t first = 0; first < keys.size(); first += 500) {
    std::vector<link_delta> links;
    for (std::size_t i = first; i < first + 500; ++i) links.push_back({keys[i], {1, 0, 0}});
    count(*db, links);
  }
  const auto first = asked->forget("example.com");
  REQUIRE(first);
  CHECK(first->more);
  CHECK(first->links > 0);
  CHECK(first->links < 2'500);
  const auto next = open_survey(place->uri());
  const auto rest = forget_all(*next, "example.com");
  CHECK(first->links + rest.links == 2'500);
  CHECK(first->days + rest.days == 1);
}

TEST_CASE("A site's links that have moved are forgotten, and what they moved to stays", "[store][survey]") {
  EACH_SURVEY();
  count(*db, {{"old.example/a", {5, 1, 0}}, {"new.example/a", {2, 0, 0}}});
  const std::vector<link_move> moves{{.from = "old.example/a", .to = "new.example/a"}};
  REQUIRE(db->move(moves, move_mode::real));
  CHECK(forget_all(*asked, "old.example").links == 1);
  CHECK(count_of(*db, "new.example/a") == tally{7, 1, 0});
  CHECK_FALSE(count_of(*db, "old.example/a"));
  count(*db, {{"old.example/a", {1, 0, 0}}});  // a link of its own
  CHECK(count_of(*db, "old.example/a") == tally{1, 0, 0});
}

TEST_CASE("What was set aside of a forgotten site is not counted later", "[store][survey]") {
  EACH_SURVEY();
  test_node node{"node-1"};
  auto copy = node.copy("another process");
  REQUIRE(node.bring(*db, {{"example.com/a", {1, 0, 0}}}));
  fold_all(*db);
  REQUIRE(copy.bring(
      *db,
      {{"example.com/a", {10, 0, 0}}, {"example.com/b", {10, 0, 0}}, {"example.com.evil/a", {20, 0, 0}}}));
  fold_all(*db);
  REQUIRE(refused_of(*db).size() == 1);

  CHECK(forget_all(*asked, "example.com").refused == 2);
  const auto left = refused_of(*db);
  REQUIRE(left.size() == 1);
  CHECK(left.front().links == 1);
  REQUIRE(db->retry_refused(left.front().id));
  CHECK_FALSE(count_of(*db, "example.com/a"));
  CHECK(count_of(*db, "example.com.evil/a") == tally{20, 0, 0});
}

TEST_CASE("All have the same key for a site's links, which is not that of the shares", "[store][survey]") {
  EACH_SURVEY();
  REQUIRE(db->share_key("of the shares"));
  CHECK(asked->site_link_key("first") == result<std::string>{"first"});
  CHECK(open_survey(place->uri())->site_link_key("second") == result<std::string>{"first"});
  CHECK(db->share_key("another") == result<std::string>{"of the shares"});
}

TEST_CASE("A question that takes longer than it may is ended", "[store][survey]") {
  EACH_STORE();
  std::vector<std::string> keys;
  for (int i = 0; i < 5'000; ++i) keys.push_back(fmt::format("example.com/{}", i));
  for (std::size_t first = 0; first < keys.size(); first += 1'000) {
    std::vector<link_delta> links;
    for (std::size_t i = first; i < first + 1'000; ++i) links.push_back({keys[i], {1, 0, 0}});
    count(*db, links);
  }
  const auto impatient = open_survey(place->uri(), 0ms);
  CHECK(impatient->links_of("example.com", 10).error() == errc::store_timeout);
  // Not for want of a connection: what is quick is answered by the next one.
  CHECK(keys_of(open_survey(place->uri())->links_of("example.com", 10)).size() == 10);
}

TEST_CASE("A store that is not there has no reports, and takes none", "[store][survey]") {
  const auto place = make_place("sqlite");
  const auto asked = open_survey(place->uri());
  CHECK(asked->tell(report_of("a1"), {}).error() == errc::store_unavailable);
  CHECK(asked->reports(wall_time{})->empty());
  CHECK_FALSE(asked->days()->has_value());
  CHECK(asked->site_link_key("key").error() == errc::store_unavailable);
  // It is found when it has come.
  REQUIRE(place->open()->share_key("k"));
  CHECK(asked->tell(report_of("a1"), {}));
  CHECK(asked->reports(wall_time{})->size() == 1);
}

TEST_CASE("A question does not wait for another one, nor counting for either", "[store][survey]") {
  EACH_SURVEY();
  count(*db, {{"a.example/1", {1, 0, 0}}, {"b.example/1", {2, 0, 0}}});
  int inner = 0;
  REQUIRE(asked->sites_on(a_day, 100, [&](std::string_view, const tally&) {
    CHECK(asked->links_of("a.example", 9)->size() == 1);
    CHECK(asked->tell(report_of("a1"), {}));
    test_node node{fmt::format("inner-{}", ++inner)};
    CHECK(node.bring(*db, {{"c.example/1", {1, 0, 0}}}));
  }));
  CHECK(inner == 2);
}
