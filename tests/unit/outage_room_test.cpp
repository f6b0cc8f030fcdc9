#include "button/dashboard/outage_room.hpp"

#include "tests/unit/still_clock.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace buttond {
namespace {

using namespace std::chrono_literals;

/// Links number `first` to `last`, of 28 and 32 bytes each.
void count(outage_room& room, int first, int last) {
  std::vector<std::string> keys;
  for (int i = first; i < last; ++i) keys.push_back(fmt::format("example.com/{:020}", i));
  std::vector<link_delta> links;
  for (const std::string& key : keys) links.push_back({key, {1, 0, 0}});
  room.add(links);
}

constexpr double bytes_of_link = 60;

TEST_CASE("outage room: it is not known where nothing is counted") {
  testing::still_clock time;
  outage_room room(time);
  CHECK_FALSE(room.bytes_an_hour());
  count(room, 0, 10);
  CHECK(room.bytes_an_hour());
  time.advance(2h);
  CHECK_FALSE(room.bytes_an_hour());
}

TEST_CASE("outage room: a link takes its room once, however often it is counted") {
  testing::still_clock time;
  outage_room room(time);
  for (int i = 0; i < 360; ++i) {
    count(room, 0, 100);
    time.advance(10s);
  }
  count(room, 0, 1);
  CHECK(*room.bytes_an_hour() == Approx(100 * bytes_of_link));
}

TEST_CASE("outage room: many links are reckoned from a few of them") {
  testing::still_clock time;
  outage_room room(time);
  for (int i = 0; i < 60; ++i) {
    count(room, i * 2'000, i * 2'000 + 2'500);
    time.advance(1min);
  }
  count(room, 0, 1);
  CHECK(*room.bytes_an_hour() == Approx(120'500 * bytes_of_link).epsilon(0.15));
}

TEST_CASE("outage room: of a first hour it is what would come of it") {
  testing::still_clock time;
  outage_room room(time);
  count(room, 0, 100);
  time.advance(15min);
  CHECK(*room.bytes_an_hour() == Approx(400 * bytes_of_link));
}

TEST_CASE("outage room: it follows when more is counted, within the hour") {
  testing::still_clock time;
  outage_room room(time);
  count(room, 0, 10);
  time.advance(1h);
  count(room, 0, 500);
  CHECK(*room.bytes_an_hour() == Approx(500 * bytes_of_link));
}

}  // namespace
}  // namespace buttond
