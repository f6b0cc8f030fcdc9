#include "button/handlers/dashboard/minute_keeper.hpp"

#include "button/handlers/dashboard/fleet.hpp"
#include "tests/unit/caught_log.hpp"
#include "tests/unit/recording_survey.hpp"
#include "tests/unit/still_clock.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

namespace buttond {
namespace {

using namespace std::chrono_literals;

/// A store that takes what nodes say, as the real ones: what is said again stands in place of what was.
class told_survey final : public testing::recording_survey {
 public:
  result<void> tell(const node_report& report, std::span<const counted_hour> of_node) override {
    ++calls;
    if (auto failed = recording_survey::tell(report, of_node); !failed) return failed;
    for (const counted_hour& each : of_node) told[{each.node, each.hour}] = each;
    return {};
  }
  result<void> sweep(wall_time now) override {
    ++sweeps;
    return recording_survey::sweep(now);
  }
  result<std::int64_t> drop_days(std::chrono::sys_days first, std::int64_t most) override {
    if (failure) return failure;
    drops.push_back(first);
    const std::int64_t dropped = std::min(most, rows);
    rows -= dropped;
    return dropped;
  }

  std::map<std::pair<std::string, wall_hour>, counted_hour> told;
  std::vector<std::chrono::sys_days> drops;
  std::int64_t rows = 0;
  int sweeps = 0;
  int calls = 0;
};

/// A node at 13:00:00, whose numbers the test sets.
struct node {
  explicit node(std::chrono::days keep_days = {}) {
    numbers.journal.node = "node-1";
    keeper.emplace(keeper_parts{.take_snapshot =
                                    [this](const auto& done) {
                                      if (loops_answer) done(numbers);
                                    },
                                .recent = recent,
                                .room = room,
                                .minutes = minutes,
                                .store = store,
                                .time = time,
                                .store_kind = "sqlite",
                                .keep_days = keep_days,
                                .loops_patience = std::chrono::milliseconds(1)});
  }

  void counts(std::uint64_t impressions) {
    numbers.loops.books.impressions.seen += impressions;
    numbers.loops.books.impressions.accepted += impressions;
  }
  void passes(std::chrono::nanoseconds time_passed) {
    time.advance(time_passed);
    keeper->step();
  }
  fleet_node said() const { return read_report(store.said.back()).value(); }
  std::vector<std::int64_t> told_minutes() const {
    std::vector<std::int64_t> found;
    for (const auto& [name, hour] : store.told)
      for (const auto& each : hour.minutes) found.push_back(each ? each->impressions : -1);
    return found;
  }

  testing::still_clock time;
  recent_links recent{time};
  outage_room room{time};
  minute_history minutes;
  told_survey store;
  metrics_snapshot numbers;
  bool loops_answer = true;
  std::optional<minute_keeper> keeper;
};

TEST_CASE("minute keeper: a node says at once that it is there, without a minute") {
  node it;
  it.keeper->step();
  REQUIRE(it.store.said.size() == 1);
  CHECK(it.said().node == "node-1");
  CHECK_FALSE(it.said().minute);
  CHECK(it.store.told.empty());
}

TEST_CASE("minute keeper: a minute is what came in it") {
  node it;
  it.counts(100);
  it.keeper->step();
  it.counts(7);
  it.numbers.loops.books.impressions.seen += 3;
  it.numbers.loops.books.impressions.filtered[static_cast<std::size_t>(filter_reason::bot)] += 3;
  it.numbers.loops.books.clicks.accepted += 2;
  it.numbers.shares.counted += 1;
  it.passes(1min);
  const auto minute = it.said().minute;
  REQUIRE(minute);
  CHECK(minute->of == "2026-03-14T13:00:00Z");
  CHECK(minute->seen == 10);
  CHECK(minute->counted == tally{7, 2, 1});
  CHECK(minute->reasons[static_cast<std::size_t>(filter_reason::bot)] == 3);
  REQUIRE(it.minutes.since({}).size() == 1);
  CHECK(it.minutes.since({}).front().second.seen == 10);
  CHECK(it.told_minutes().front() == 7);
}

TEST_CASE("minute keeper: nothing is told between two minutes") {
  node it;
  it.keeper->step();
  it.passes(20s);
  it.passes(39s);
  CHECK(it.store.said.size() == 1);
  it.passes(1s);
  CHECK(it.store.said.size() == 2);
}

TEST_CASE(
    "minute keeper: of the first minute, that began late, is told in the hour what there was, and no minute "
    "shown") {
  node it;
  it.time.advance(40s);
  it.keeper->step();
  it.counts(5);
  it.passes(20s);
  CHECK_FALSE(it.said().minute);
  CHECK(it.told_minutes().at(0) == 5);
  it.counts(6);
  it.passes(60s);
  CHECK(it.said().minute->counted.impressions == 6);
  CHECK(it.told_minutes().at(1) == 6);
}

TEST_CASE("minute keeper: a process that stood still has a gap, and no minute of an hour's counts") {
  node it;
  it.keeper->step();
  it.counts(10'000);
  it.passes(10min);
  CHECK_FALSE(it.said().minute);
  CHECK(it.minutes.since({}).empty());
  it.counts(1);
  it.passes(1min);
  CHECK(it.said().minute->counted.impressions == 1);
}

TEST_CASE("minute keeper: a process that stood still over a minute's end has a gap of it") {
  node it;
  it.keeper->step();
  it.counts(10);
  it.passes(90s);
  CHECK_FALSE(it.said().minute);
  it.counts(1);
  it.passes(30s);
  CHECK_FALSE(it.said().minute);  // began late
  it.counts(2);
  it.passes(60s);
  CHECK(it.said().minute->counted.impressions == 2);
}

TEST_CASE("minute keeper: a clock that jumps gives a gap") {
  node it;
  it.keeper->step();
  const auto jump = GENERATE(std::chrono::minutes(-180), std::chrono::minutes(1), std::chrono::minutes(600));
  it.counts(10);
  it.time.set_wall(jump);
  it.passes(61s);
  CHECK(it.minutes.since({}).empty());
  it.counts(1);
  it.passes(59s);
  it.counts(2);
  it.passes(60s);
  CHECK(it.said().minute->counted.impressions == 2);
}

TEST_CASE("minute keeper: a clock that is set back by a second changes nothing") {
  node it;
  it.keeper->step();
  it.counts(10);
  it.passes(60s);
  it.time.set_wall(-1s);
  it.keeper->step();
  it.counts(2);
  it.passes(61s);
  CHECK(it.said().minute->counted.impressions == 2);
}

TEST_CASE("minute keeper: loops that do not answer in time give a gap") {
  node it;
  it.keeper->step();
  it.loops_answer = false;
  it.counts(10);
  it.passes(1min);
  it.loops_answer = true;
  it.passes(1min);
  CHECK_FALSE(it.said().minute);
  it.counts(3);
  it.passes(1min);
  CHECK(it.said().minute->counted.impressions == 3);
}

TEST_CASE("minute keeper: what could not be told is told when the store is back") {
  node it;
  it.keeper->step();
  it.store.failure = make_error_code(errc::store_timeout);
  for (int i = 0; i < 130; ++i) {
    it.counts(1);
    it.passes(1min);
  }
  it.store.failure = {};
  it.counts(1);
  it.passes(1min);
  const auto minutes = it.told_minutes();
  CHECK(std::count(minutes.begin(), minutes.end(), 1) == 131);
}

TEST_CASE("minute keeper: a store that was slow once is not told of, one that is so again and up is, once") {
  const testing::caught_log log;
  node it;
  it.numbers.store.up = true;
  it.keeper->step();
  it.store.failure = make_error_code(errc::store_timeout);
  it.passes(1min);
  CHECK(log.lines().empty());
  it.store.failure = {};
  it.passes(1min);
  it.store.failure = make_error_code(errc::store_timeout);
  it.passes(1min);
  CHECK(log.lines().empty());
  it.numbers.store.up = false;  // it hangs, and says so itself
  it.passes(1min);
  CHECK(log.lines().empty());
  it.numbers.store.up = true;
  it.passes(1min);
  it.passes(1min);
  REQUIRE(log.lines().size() == 1);
  CHECK_THAT(log.lines().front(),
             Catch::Contains("warning dashboard: the store does not take what this node says of itself"));
}

TEST_CASE("minute keeper: a store that says no is told of at once") {
  const testing::caught_log log;
  node it;
  it.numbers.store.up = true;
  it.store.failure = make_error_code(errc::store_forbidden);
  it.keeper->step();
  it.passes(1min);
  CHECK(log.lines().size() == 1);
}

TEST_CASE("minute keeper: a node that got another name tells what it counts from then on under that") {
  node it;
  it.keeper->step();
  it.counts(1);
  it.passes(1min);
  it.numbers.journal.node = "node-2";
  it.counts(2);
  it.passes(1min);
  it.counts(3);
  it.passes(1min);
  CHECK(it.store.told.at({"node-1", std::chrono::floor<std::chrono::hours>(it.time.wall())}).minutes[0] ==
        tally{1, 0, 0});
  const auto& renamed = it.store.told.at({"node-2", std::chrono::floor<std::chrono::hours>(it.time.wall())});
  CHECK_FALSE(renamed.minutes[0]);
  CHECK(renamed.minutes[2] == tally{3, 0, 0});
}

TEST_CASE("minute keeper: where the journal has no name, the node has one all the same, always the same") {
  node it;
  it.numbers.journal.node.clear();
  it.keeper->step();
  it.passes(1min);
  CHECK(it.store.said[0].node.size() == 32);
  CHECK(it.store.said[0].node == it.store.said[1].node);
}

TEST_CASE("minute keeper: a node that stops says so, with what it counted last") {
  node it;
  it.keeper->step();
  it.counts(1);
  it.passes(1min);
  it.counts(2);
  it.time.advance(10s);
  it.keeper->tell_that_it_stopped();
  CHECK(it.said().state == "stopped");
  CHECK(it.told_minutes().at(1) == 2);
}

TEST_CASE("minute keeper: a node that stops while the store is away does not wait for it") {
  node it;
  it.keeper->step();
  it.store.failure = make_error_code(errc::store_timeout);
  it.passes(1min);
  const int calls = it.store.calls;
  it.keeper->tell_that_it_stopped();
  CHECK(it.store.calls == calls);
}

TEST_CASE("minute keeper: a node that stops its loops is stopping") {
  node it;
  it.numbers.draining = true;
  it.keeper->step();
  CHECK(it.said().state == "stopping");
}

TEST_CASE("minute keeper: once an hour it clears away what is kept no longer") {
  node it;
  it.keeper->step();
  CHECK(it.store.sweeps == 1);
  for (int i = 0; i < 59; ++i) it.passes(1min);
  CHECK(it.store.sweeps == 1);
  it.passes(1min);
  CHECK(it.store.sweeps == 2);
  CHECK(it.store.drops.empty());
}

TEST_CASE("minute keeper: days of sites that are to go are dropped a portion at a time") {
  node it(std::chrono::days(30));
  it.store.rows = 25'000;
  it.keeper->step();
  CHECK(it.store.drops == std::vector{utc_day(it.time.wall()) - std::chrono::days(30)});
  it.passes(1s);
  it.passes(1s);
  CHECK(it.store.rows == 0);
  it.passes(1s);
  CHECK(it.store.drops.size() == 3);
  it.passes(1h);
  CHECK(it.store.drops.size() == 4);
}

TEST_CASE("minute keeper: a report has how a minute's requests went") {
  node it;
  it.numbers.loops.requests.count(200, 1, route_group::counts, 5s);
  it.numbers.cache.hits = 1'000;
  it.keeper->step();
  for (int i = 0; i < 1'000; ++i) it.numbers.loops.requests.count(200, 1, route_group::counts, 8us);
  it.numbers.cache.hits += 99;
  it.numbers.cache.misses += 1;
  it.passes(1min);
  CHECK(it.said().hits_percent == 99.0);
  REQUIRE(it.said().p99_seconds);
  CHECK(*it.said().p99_seconds > 5e-6);
  CHECK(*it.said().p99_seconds <= 10e-6);
  it.passes(1min);
  CHECK_FALSE(it.said().hits_percent);
  CHECK_FALSE(it.said().p99_seconds);
}

TEST_CASE("minute keeper: a report says for how long its disk would do") {
  node it;
  it.numbers.journal.free_bytes = 60'000;
  it.keeper->step();
  CHECK(it.said().disk_free_bytes == 60'000);
  CHECK_FALSE(it.said().disk_hours);
  const std::vector<link_delta> links{{"example.com/a", {1, 0, 0}}};
  it.room.add(links);
  it.time.advance(1h);
  it.room.add(links);
  it.keeper->step();
  CHECK(it.said().disk_hours == Approx(60'000.0 / (28 + 13)));
}

TEST_CASE("minute keeper: a report is a whole one of 16 KB at most, however long the busy links are") {
  node it;
  std::vector<std::string> keys;
  for (int i = 0; i < 60; ++i) keys.push_back(fmt::format("example.com/{}?{}", i, std::string(1'900, '"')));
  std::vector<link_delta> links;
  for (std::size_t i = 0; i < keys.size(); ++i)
    links.push_back({keys[i], {static_cast<std::int64_t>(100 - i), 0, 0}});
  it.recent.add(links);
  it.keeper->step();
  CHECK(it.store.said.back().text.size() <= node_report_bytes);
  const auto top = it.said().top;
  CHECK(top.size() >= 3);
  CHECK(top.front().key == keys.front());
  CHECK(top.front().counts == tally{100, 0, 0});
}

TEST_CASE("minute keeper: a report has the 50 busiest links") {
  node it;
  std::vector<std::string> keys;
  for (int i = 0; i < 60; ++i) keys.push_back(fmt::format("example.com/{}", i));
  std::vector<link_delta> links;
  for (const auto& key : keys) links.push_back({key, {1, 2, 3}});
  it.recent.add(links);
  it.keeper->step();
  CHECK(it.said().top.size() == 50);
}

}  // namespace
}  // namespace buttond
