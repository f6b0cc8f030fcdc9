#include "button/dashboard/range_reader.hpp"

#include "tests/unit/recording_survey.hpp"
#include "tests/unit/still_clock.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

using namespace buttond;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

/// A reader of a store in memory, on a clock that stands still.
struct rig {
  explicit rig(const range_limits& limits = {}) : reader(store, time, limits) {}

  std::chrono::sys_days today() const { return utc_day(time.wall()); }

  /// `site` has so many impressions, `ago` days before today.
  void has(int ago, const std::string& site, std::int64_t impressions) {
    store.by_day[today() - days(ago)][site] += {impressions, 0, 0};
  }

  /// Reads until there is nothing to do.
  void read_all() {
    for (int i = 0; i < 1000 && reader.step(); ++i) continue;
  }

  std::int64_t impressions(span_of_days span, const std::string& site) {
    for (const auto& each : reader.sites(span, 100).largest) {
      if (each.site == site) return each.counts.impressions;
    }
    return -1;
  }

  std::optional<double> change(span_of_days span, const std::string& site) {
    for (const auto& each : reader.sites(span, 100).largest) {
      if (each.site == site) return each.change;
    }
    return std::nullopt;
  }

  testing::still_clock time;
  testing::recording_survey store;
  range_reader reader;
};

constexpr auto day = span_of_days::day;
constexpr auto week = span_of_days::week;
constexpr auto month = span_of_days::month;

}  // namespace

TEST_CASE("Nothing is read before somebody asks", "[dashboard]") {
  rig all;
  all.has(0, "a.example", 1);
  CHECK_FALSE(all.reader.step());
  CHECK(all.store.days_read.empty());
}

TEST_CASE("The sums of a site are those of the span's days, today among them", "[dashboard]") {
  rig all;
  all.has(0, "a.example", 1);
  all.has(6, "a.example", 10);
  all.has(7, "a.example", 100);
  all.has(29, "a.example", 1'000);
  all.has(30, "a.example", 10'000);
  all.reader.sites(month, 1);
  all.read_all();
  CHECK(all.impressions(day, "a.example") == 1);
  CHECK(all.impressions(week, "a.example") == 11);
  CHECK(all.impressions(month, "a.example") == 1'111);
}

TEST_CASE("Days are read backwards, and only as deep as somebody asked", "[dashboard]") {
  rig all;
  all.has(300, "a.example", 1);
  all.reader.sites(week, 1);
  all.read_all();
  REQUIRE(all.store.days_read.size() == 15);  // and the week before, and a day, to compare with
  CHECK(all.store.days_read.front() == all.today());
  CHECK(all.store.days_read.back() == all.today() - days(14));
}

TEST_CASE("No day is read before the first one that the store has", "[dashboard]") {
  rig all;
  all.has(2, "a.example", 1);
  all.reader.sites(month, 1);
  all.read_all();
  CHECK(all.store.days_read.size() == 3);
  const auto answer = all.reader.sites(month, 1);
  CHECK(answer.read_days == 30);
  CHECK(answer.state == reading_state::ok);
}

TEST_CASE("What is read so far is shown, with how far it is", "[dashboard]") {
  rig all;
  for (int ago = 0; ago < 30; ++ago) all.has(ago, "a.example", 1);
  CHECK(all.reader.sites(month, 1).state == reading_state::reading);
  all.reader.step();
  all.reader.step();
  const auto answer = all.reader.sites(month, 1);
  CHECK(answer.state == reading_state::reading);
  CHECK(answer.read_days == 2);
  CHECK(answer.days == 30);
  CHECK(answer.largest.at(0).counts.impressions == 2);
}

TEST_CASE("A change compares whole days with as many before them", "[dashboard]") {
  rig all;
  all.has(0, "a.example", 1'000'000);  // of a day that is not whole
  for (int ago = 1; ago <= 7; ++ago) all.has(ago, "a.example", 108);
  for (int ago = 8; ago <= 14; ++ago) all.has(ago, "a.example", 100);
  all.has(15, "a.example", 1'000'000);
  all.reader.sites(week, 1);
  all.read_all();
  REQUIRE(all.change(week, "a.example"));
  CHECK(*all.change(week, "a.example") == Approx(0.08));
}

TEST_CASE("A site that was not there before has no change", "[dashboard]") {
  rig all;
  all.has(14, "old.example", 1);
  all.has(1, "new.example", 1);
  all.reader.sites(week, 1);
  all.read_all();
  CHECK_FALSE(all.change(week, "new.example"));
}

TEST_CASE("No change is said where the store does not reach back so far", "[dashboard]") {
  rig all;
  for (int ago = 0; ago < 14; ++ago) all.has(ago, "a.example", 1);
  all.reader.sites(week, 1);
  all.read_all();
  CHECK_FALSE(all.change(week, "a.example"));
}

TEST_CASE("The largest sites come first, and all are counted", "[dashboard]") {
  rig all;
  all.has(0, "small.example", 1);
  all.has(0, "large.example", 3);
  all.has(0, "middle.example", 2);
  all.reader.sites(day, 1);
  all.read_all();
  const auto answer = all.reader.sites(day, 2);
  CHECK(answer.of == 3);
  REQUIRE(answer.largest.size() == 2);
  CHECK(answer.largest[0].site == "large.example");
  CHECK(answer.largest[1].site == "middle.example");
}

TEST_CASE("The days of a span are in order, and those of which nothing is known are gaps", "[dashboard]") {
  rig all;
  all.has(6, "a.example", 6);
  all.has(2, "a.example", 2);
  all.has(2, "b.example", 3);
  all.reader.days(week);
  all.read_all();
  const auto answer = all.reader.days(week);
  REQUIRE(answer.each.size() == 7);
  CHECK(answer.last == all.today());
  CHECK(answer.each[0]->impressions == 6);
  CHECK_FALSE(answer.each[1]);
  CHECK(answer.each[4]->impressions == 5);
  CHECK(answer.each[6]->impressions == 0);  // today: this node runs
}

TEST_CASE("Today is read again while somebody looks, and not more often than it may be", "[dashboard]") {
  rig all;
  all.has(0, "a.example", 1);
  all.reader.sites(day, 1);
  all.read_all();
  const auto before = all.store.days_read.size();
  all.has(0, "a.example", 1);
  all.time.advance(29s);
  CHECK_FALSE(all.reader.step());
  CHECK(all.impressions(day, "a.example") == 1);
  all.time.advance(1s);
  all.read_all();
  CHECK(all.impressions(day, "a.example") == 2);
  CHECK(all.store.days_read.size() == before + 1);
}

TEST_CASE("After an hour all is read again, and what was read is shown meanwhile", "[dashboard]") {
  rig all;
  all.has(0, "a.example", 1);
  all.has(1, "a.example", 1);
  all.reader.sites(week, 1);
  all.read_all();
  all.has(1, "a.example", 100);  // of a node that came back
  all.time.advance(50min);
  all.reader.sites(week, 1);
  all.time.advance(10min);
  all.reader.step();
  CHECK(all.impressions(week, "a.example") == 2);
  CHECK(all.reader.sites(week, 1).state == reading_state::ok);
  all.read_all();
  CHECK(all.impressions(week, "a.example") == 102);
}

TEST_CASE("When the UTC day ends the spans move on", "[dashboard]") {
  rig all;
  for (int ago = 0; ago < 10; ++ago) all.has(ago, "a.example", 1);
  all.has(6, "a.example", 100);
  all.reader.sites(week, 1);
  all.read_all();
  CHECK(all.impressions(week, "a.example") == 107);
  const auto before = all.today();
  all.time.advance(12h);
  all.has(0, "a.example", 1'000);
  all.reader.sites(week, 1);
  all.reader.step();
  CHECK(all.reader.sites(week, 1).last == before);  // until the new one is read
  all.read_all();
  CHECK(all.reader.sites(week, 1).last == before + days(1));
  CHECK(all.impressions(week, "a.example") == 1'006);
}

TEST_CASE("A day that ends while it is read begins again", "[dashboard]") {
  rig all;
  for (int ago = 0; ago < 10; ++ago) all.has(ago, "a.example", 1);
  all.reader.sites(week, 1);
  all.reader.step();
  all.reader.step();
  all.time.advance(12h);
  all.reader.sites(week, 1);
  all.read_all();
  const auto answer = all.reader.sites(week, 1);
  CHECK(answer.last == all.today());
  CHECK(answer.state == reading_state::ok);
  CHECK(answer.largest.at(0).counts.impressions == 6);
}

TEST_CASE("A day that takes too long is said, and tried again later", "[dashboard]") {
  rig all;
  all.has(0, "a.example", 1);
  all.has(1, "a.example", 1);
  all.reader.sites(week, 1);
  all.reader.step();
  all.store.failure = make_error_code(errc::store_timeout);
  CHECK(all.reader.step() == 5s);
  CHECK(all.reader.sites(week, 1).state == reading_state::slow);
  CHECK(all.impressions(week, "a.example") == 1);  // what is known stays
  all.store.failure = {};
  all.read_all();
  CHECK(all.reader.sites(week, 1).state == reading_state::ok);
  CHECK(all.impressions(week, "a.example") == 2);
}

TEST_CASE("A store that is away is said", "[dashboard]") {
  rig all;
  all.store.failure = make_error_code(errc::store_unavailable);
  all.reader.sites(week, 1);
  all.reader.step();
  CHECK(all.reader.sites(week, 1).state == reading_state::away);
}

TEST_CASE("Between two days the reader rests as long as it read", "[dashboard]") {
  rig all;
  all.has(3, "a.example", 1);
  all.reader.sites(week, 1);
  all.reader.step();
  all.store.before_each = [&] { all.time.advance(70ms); };
  CHECK(all.reader.step() == 70ms);
}

TEST_CASE("Sites beyond the bound are left out, and those of the last days are kept", "[dashboard]") {
  rig all({.sites = 2});
  all.has(0, "a.example", 1);
  all.has(1, "b.example", 1);
  all.has(1, "c.example", 2);
  all.has(1, "a.example", 9);
  all.reader.sites(week, 1);
  all.read_all();
  const auto answer = all.reader.sites(week, 100);
  CHECK(answer.of == 2);
  CHECK(all.impressions(week, "a.example") == 10);
  CHECK(all.impressions(week, "c.example") == 2);
}

TEST_CASE("The sums stay below their bytes, also while all is read again", "[dashboard]") {
  rig all({.bytes = 100'000});
  for (int i = 0; i < 1'000; ++i) {
    all.has(0, std::to_string(i) + ".example", i);
    all.has(1, std::to_string(i) + ".example", i);
  }
  all.reader.sites(week, 1);
  all.read_all();
  CHECK(all.reader.bytes() <= 100'000);
  CHECK(all.reader.sites(week, 1).of > 100);
  all.time.advance(59min);
  all.reader.sites(week, 1);
  all.time.advance(1min);
  while (all.reader.step()) CHECK(all.reader.bytes() <= 100'000);
  CHECK(all.reader.sites(week, 1).state == reading_state::ok);
}

TEST_CASE("What nobody looked at for an hour is kept no longer", "[dashboard]") {
  rig all;
  all.has(0, "a.example", 1);
  all.reader.sites(week, 1);
  all.read_all();
  CHECK(all.reader.bytes() > 0);
  all.time.advance(60min);
  CHECK_FALSE(all.reader.step());
  CHECK(all.reader.bytes() == 0);
}

TEST_CASE("A reader on its own thread reads what is asked for, and ends", "[dashboard][concurrent]") {
  const system_clock time;
  testing::recording_survey store;
  store.by_day[utc_day(time.wall())]["a.example"] = {1, 2, 3};
  range_reader reader(store, time);
  reader.start();
  while (reader.sites(day, 1).state != reading_state::ok) std::this_thread::yield();
  CHECK(reader.sites(day, 1).largest.at(0).counts == tally{1, 2, 3});
}
