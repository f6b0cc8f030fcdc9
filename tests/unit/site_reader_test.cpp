#include "button/handlers/dashboard/site_reader.hpp"

#include "tests/unit/recording_survey.hpp"
#include "tests/unit/still_clock.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

struct rig {
  still_clock time;
  recording_survey store;
  recent_links recent{time};
  std::optional<turned_away_numbers> away{turned_away_numbers{}};

  site_facts read(site_table table = site_table::none, site_range range = site_ranges[0]) {
    const site_question asked{
        .site = "a.example", .range = range, .table = table, .until = {}, .signature = {}};
    return read_site(asked, {store, recent, [this] { return away; },
                             [](const std::string& node) { return node == "own"; }, time});
  }

  std::chrono::sys_days today() const { return utc_day(time.wall()); }

  void count(int days_ago, std::int64_t impressions) {
    store.by_day[today() - std::chrono::days(days_ago)]["a.example"] = {impressions, 1, 1};
  }

  void says(const std::string& node, const std::string& report) {
    store.said.push_back({node, time.wall(), report});
  }
};

}  // namespace

TEST_CASE("A site's days are those of the range, which ends today", "[site_reader]") {
  rig it;
  for (const int days_ago : {0, 6, 7}) it.count(days_ago, 10);
  const site_facts facts = it.read();
  REQUIRE(facts.days.size() == 2);
  CHECK(facts.days.front().day == it.today() - std::chrono::days(6));
  CHECK(facts.sum == tally{20, 2, 2});
}

TEST_CASE("The change is of whole days, against as many before", "[site_reader]") {
  rig it;
  it.count(0, 1'000);  // is not over
  it.count(1, 6);
  it.count(7, 6);
  it.count(8, 10);
  it.count(14, 10);
  it.count(15, 1'000);
  CHECK(it.read().change == std::pair<std::int64_t, std::int64_t>(12, 20));
  it.store.by_day.erase(it.today() - std::chrono::days(8));
  it.store.by_day.erase(it.today() - std::chrono::days(14));
  CHECK_FALSE(it.read().change);
}

TEST_CASE("What is shared now is of this node and of the others, once", "[site_reader]") {
  rig it;
  const std::vector<link_delta> counted{{"a.example/one", {5, 0, 0}}, {"b.example/one", {50, 0, 0}}};
  it.recent.add(counted);
  it.says("own", R"({"top":[["a.example/one",100,0,0]]})");
  it.says("other", R"({"top":[["a.example/one",2,1,0],["a.example/two",1,0,1],["b.example/x",9,9,9]]})");
  const site_facts facts = it.read();
  REQUIRE(facts.now.size() == 2);
  CHECK(facts.now[0].key == "a.example/two");  // a share weighs as much as 100 impressions
  CHECK(facts.now[1].key == "a.example/one");
  CHECK(facts.now[1].counts == tally{7, 1, 0});
  CHECK(facts.other_nodes == 1);
}

TEST_CASE("A report that another version wrote is passed over", "[site_reader]") {
  rig it;
  for (const auto* report : {"", "[]", "{}", R"({"top":1})",
                             R"({"top":[1,[],["a.example/x"],[1,2,3,4],["a.example/y","1",null,-5]]})"})
    it.says("other", report);
  const site_facts facts = it.read();
  CHECK(facts.now.size() == 1);
  CHECK(facts.now.front().counts == tally());
}

TEST_CASE("A node that is gone is none of those that say what is shared now", "[site_reader]") {
  rig it;
  it.says("other", R"({"top":[["a.example/one",2,1,0]]})");
  it.time.advance(151s);
  CHECK(it.read().other_nodes == 0);
}

TEST_CASE("What was not counted is of the site, where this node knows", "[site_reader]") {
  rig it;
  it.away->hosts = {{"b.example", {9}}, {"a.example", {1, 2, 3, 4, 5, 6}}};
  CHECK(it.read().not_counted == std::array<std::uint64_t, filter_reasons>{1, 2, 3, 4, 5, 6});
  it.away->hosts.pop_back();
  CHECK_FALSE(it.read().not_counted);
  it.away.reset();
  CHECK_FALSE(it.read().not_counted);
}

TEST_CASE("A store that is slow is told from one that is away", "[site_reader]") {
  rig it;
  it.store.failure = make_error_code(errc::store_timeout);
  CHECK(it.read().days_read == store_answer::slow);
  it.store.failure = make_error_code(errc::store_unavailable);
  CHECK(it.read().days_read == store_answer::away);
}

TEST_CASE("Once the days took the time of all, nothing else is asked of the store", "[site_reader]") {
  rig it;
  it.count(0, 10);
  int calls = 0;
  it.store.before_each = [&] {
    ++calls;
    it.time.advance(site_reading_time);
  };
  const site_facts facts = it.read();
  CHECK(calls == 1);
  CHECK(facts.days_read == store_answer::ok);
  CHECK(facts.links_read == store_answer::slow);
  CHECK(facts.nodes_read == store_answer::slow);
}

TEST_CASE("For a table nothing is read but what is in it", "[site_reader]") {
  rig it;
  int calls = 0;
  it.store.before_each = [&calls] { ++calls; };
  for (const auto table : {site_table::days, site_table::links, site_table::now}) it.read(table);
  CHECK(calls == 3);
}
