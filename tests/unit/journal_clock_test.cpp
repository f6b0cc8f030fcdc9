// The journal under a wall clock that jumps: counts stay in the day that the clock said when they were made,
// but for those of the moment between the jump and the look that finds it.
#include "button/impressions/journal.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <optional>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

using days_counted = std::map<std::chrono::sys_days, tally>;

struct node {
  void open() { events.emplace(small_journal(directory.path()), time); }
  node() { open(); }

  void sees(int times) { reader(*events).sees("example.com/a", times); }
  std::chrono::sys_days today() const { return utc_day(time.wall()); }
  void passes(std::chrono::nanoseconds by) {
    time.advance(by);
    events->step();
  }
  days_counted flushed() {
    events->close_epoch();
    REQUIRE(flush(*events, store));
    return store.days();
  }

  const temporary_directory directory;
  still_clock time;
  recording_store store;
  std::optional<stepped_journal> events;
};

}  // namespace

TEST_CASE("a jump of the clock into another day ends the epoch, whichever way it goes", "[journal][clock]") {
  const auto by = GENERATE(as<std::chrono::nanoseconds>{}, 48h, 24h * 40, -14h, -365 * 24h);
  node it;
  const auto before = it.today();
  it.sees(3);
  it.passes(1s);
  it.time.set_wall(by);
  it.passes(1s);
  const auto after = it.today();
  REQUIRE(before != after);
  CHECK(it.events->numbers().clock_jumps == 1);
  REQUIRE(it.events->numbers().since_clock_jump);
  CHECK(*it.events->numbers().since_clock_jump <= 1s);
  CHECK(it.events->numbers().batches == 1);
  it.sees(5);
  CHECK(it.flushed() == days_counted{{before, {3, 0, 0}}, {after, {5, 0, 0}}});
}

TEST_CASE("a clock that is set and set right again counts each time for the day it said",
          "[journal][clock]") {
  node it;
  const auto day = it.today();
  it.sees(1);
  it.time.set_wall(48h);
  it.passes(1s);
  it.sees(2);
  it.time.set_wall(-48h);
  it.passes(1s);
  it.sees(4);
  CHECK(it.flushed() == days_counted{{day, {5, 0, 0}}, {day + std::chrono::days(2), {2, 0, 0}}});
  CHECK(it.events->numbers().clock_jumps == 2);
}

TEST_CASE("a jump within a day is counted, and makes no batch", "[journal][clock]") {
  node it;
  it.sees(1);
  it.time.set_wall(10min);
  it.passes(1s);
  CHECK(it.events->numbers().clock_jumps == 1);
  CHECK(it.events->numbers().batches == 0);
}

TEST_CASE("midnight is no jump", "[journal][clock]") {
  node it;
  for (int hours = 0; hours < 48; ++hours) it.passes(1h);
  CHECK(it.events->numbers().clock_jumps == 0);
}

TEST_CASE("a jump does not make the oldest batch older, nor younger than now", "[journal][clock]") {
  const auto by = GENERATE(as<std::chrono::nanoseconds>{}, 48h, -365 * 24h);
  node it;
  it.store.faults = [](std::size_t) { return recording_store::fault::refused; };
  it.sees(1);
  it.passes(10s);
  it.passes(5s);
  CHECK(it.events->numbers().oldest_seconds == Approx(5));
  it.time.set_wall(by);
  it.passes(5s);
  CHECK(it.events->numbers().oldest_seconds == Approx(10));
  it.sees(1);
  it.passes(10s);  // merged with it
  CHECK(it.events->numbers().oldest_seconds == Approx(20));
}

TEST_CASE("a journal that a dead process left is as old as its time says, and not younger than now",
          "[journal][clock]") {
  node it;
  it.sees(1);
  it.events->close_epoch();
  SECTION("read back a minute later") {
    it.events.reset();
    it.time.advance(60s);
    it.open();
    CHECK(it.events->numbers().oldest_seconds == Approx(60));
  }
  SECTION("read back from the future: its days stand, and it waits since now") {
    it.time.set_wall(48h);
    it.passes(1s);
    it.sees(2);
    it.events->close_epoch();
    it.events.reset();
    it.time.set_wall(-48h);
    it.open();
    CHECK(it.events->numbers().oldest_seconds < 5);
    const auto day = it.today();
    CHECK(it.flushed() == days_counted{{day, {1, 0, 0}}, {day + std::chrono::days(2), {2, 0, 0}}});
  }
}

TEST_CASE("a sheet that was counted in for a day in the future is brought for that day", "[journal][clock]") {
  node it;
  it.time.set_wall(48h);
  it.passes(1s);
  it.sees(7);
  it.events.reset();  // its sheet is left
  it.time.set_wall(-48h);
  it.open();
  CHECK(it.flushed() == days_counted{{it.today() + std::chrono::days(2), {7, 0, 0}}});
}

TEST_CASE("what is counted in memory when the clock jumps keeps its day", "[journal][clock]") {
  const temporary_directory directory;
  still_clock time;
  recording_store store;
  auto options = small_journal(directory.path());
  std::ofstream(directory.path() / "journal") << "no directory";
  stepped_journal events(options, time);
  const auto day = utc_day(time.wall());
  reader(events).sees("example.com/a", 3);
  REQUIRE(events.numbers().at_risk == event_totals{3, 0});
  time.set_wall(-365 * 24h);
  events.step();
  reader(events).sees("example.com/a", 5);
  events.close_epoch();
  REQUIRE(flush(events, store));
  CHECK(store.days() == days_counted{{day, {3, 0, 0}}, {utc_day(time.wall()), {5, 0, 0}}});
}
