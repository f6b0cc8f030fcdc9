#include "button/dashboard/recent_links.hpp"

#include "tests/unit/still_clock.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

namespace buttond {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_bytes = 4'000'000;

/// Links of one epoch, whose keys it holds.
class epoch {
 public:
  epoch& with(std::string key, const tally& counts) {
    counts_[std::move(key)] += counts;
    return *this;
  }
  void add_to(recent_links& recent) const {
    std::vector<link_delta> links;
    for (const auto& [key, counts] : counts_) links.push_back({key, counts});
    recent.add(links);
  }

 private:
  std::map<std::string, tally> counts_;
};

/// So many links that nobody saw before, once each.
epoch flood(std::size_t links, std::size_t& number, std::size_t key_bytes = 40) {
  epoch all;
  for (std::size_t i = 0; i < links; ++i) {
    const std::string page = fmt::format("flood.example/{}/", number++);
    all.with(fmt::format("{:x<{}}", page, key_bytes), {1, 0, 0});
  }
  return all;
}

std::vector<std::string> keys_of(const std::vector<recent_link>& links) {
  std::vector<std::string> keys;
  for (const recent_link& each : links) keys.push_back(each.key);
  return keys;
}

using keys = std::vector<std::string>;

TEST_CASE("recent links: the busiest come first, a click as ten impressions and a share as a hundred") {
  const testing::still_clock time;
  recent_links recent(time);
  epoch()
      .with("a.example/seen", {99, 0, 0})
      .with("a.example/clicked", {0, 5, 0})
      .with("a.example/shared", {0, 0, 1})
      .add_to(recent);
  CHECK(keys_of(recent.top(15min, 10)) == keys{"a.example/shared", "a.example/seen", "a.example/clicked"});
  CHECK(keys_of(recent.top(15min, 1)) == keys{"a.example/shared"});
}

TEST_CASE("recent links: the counts of a link are the sums over its epochs and minutes") {
  testing::still_clock time;
  recent_links recent(time);
  for (int i = 0; i < 90; ++i) {
    epoch().with("a.example/one", {3, 2, 1}).with("b.example/two", {1, 0, 0}).add_to(recent);
    time.advance(10s);
  }
  const auto top = recent.top(60min, 10);
  REQUIRE(keys_of(top) == keys{"a.example/one", "b.example/two"});
  CHECK(top[0].counts == tally{270, 180, 90});
  CHECK(top[1].counts == tally{90, 0, 0});
}

TEST_CASE("recent links: numbers of any size are kept") {
  testing::still_clock time;
  recent_links recent(time);
  const tally large{std::int64_t{1} << 53, 0, 127};
  epoch().with("a.example/", large).with("b.example/", {128, 300, 0}).add_to(recent);
  time.advance(1min);
  const auto top = recent.top(15min, 10);
  REQUIRE(top.size() == 2);
  CHECK(top[0].counts == large);
  CHECK(top[1].counts == tally{128, 300, 0});
}

TEST_CASE("recent links: the last minutes are those, and the one under way") {
  testing::still_clock time;
  recent_links recent(time);
  epoch().with("a.example/", {1, 0, 0}).add_to(recent);
  time.advance(15min);
  CHECK(keys_of(recent.top(15min, 10)) == keys{"a.example/"});
  time.advance(1min);
  CHECK(recent.top(15min, 10).empty());
  CHECK(keys_of(recent.top(60min, 10)) == keys{"a.example/"});
}

TEST_CASE("recent links: after an hour they are forgotten, whether something is counted meanwhile or not") {
  testing::still_clock time;
  recent_links recent(time);
  epoch().with("a.example/", {1, 0, 0}).add_to(recent);
  SECTION("nothing is") {
    time.advance(61min);
  }
  SECTION("something is") {
    for (int i = 0; i < 61; ++i) {
      time.advance(1min);
      epoch().with("b.example/", {1, 0, 0}).add_to(recent);
    }
  }
  CHECK_FALSE(recent.last_seen("a.example/"));
  for (const recent_link& each : recent.top(1000min, 10)) CHECK(each.key != "a.example/");
}

TEST_CASE("recent links: a link was seen last at the beginning of its last minute") {
  testing::still_clock time;
  recent_links recent(time);
  time.advance(90s);
  epoch().with("a.example/", {1, 0, 0}).add_to(recent);
  const auto minute = std::chrono::floor<std::chrono::minutes>(time.wall());
  CHECK(recent.last_seen("a.example/") == wall_time(minute));
  time.advance(10min);
  epoch().with("b.example/", {1, 0, 0}).add_to(recent);
  CHECK(recent.last_seen("a.example/") == wall_time(minute));
  CHECK_FALSE(recent.last_seen("c.example/"));
}

TEST_CASE("recent links: a site's are found alone, and no other's whose name begins as its own does") {
  const testing::still_clock time;
  recent_links recent(time);
  epoch()
      .with("a.example/one", {1, 0, 0})
      .with("a.example:8080/two", {2, 0, 0})
      .with("a.example.org/three", {3, 0, 0})
      .with("b.example/four", {4, 0, 0})
      .add_to(recent);
  CHECK(keys_of(recent.top(15min, 10, "a.example")) == keys{"a.example/one"});
}

TEST_CASE("recent links: one site's flood of new links does not push out the busy ones") {
  testing::still_clock time;
  recent_links recent(time);
  std::size_t number = 0;
  for (int i = 0; i < 12; ++i) {
    epoch all = flood(30'000, number);
    for (int link = 0; link < 500; ++link) all.with(fmt::format("busy.example/{}", link), {2, 0, 0});
    all.add_to(recent);
    time.advance(10s);
  }
  const auto top = recent.top(15min, 500);
  REQUIRE(top.size() == 500);
  for (const recent_link& each : top) {
    CHECK(each.key.starts_with("busy.example/"));
    CHECK(each.counts == tally{24, 0, 0});
  }
}

TEST_CASE("recent links: a link that comes once an epoch stays while ever new ones come") {
  testing::still_clock time;
  recent_links recent(time);
  std::size_t number = 0;
  for (int i = 0; i < 200; ++i) flood(1'000, number).with("steady.example/", {1, 0, 0}).add_to(recent);
  CHECK(recent.top(15min, 1).at(0).key == "steady.example/");
  CHECK(recent.top(15min, 1).at(0).counts == tally{200, 0, 0});
}

TEST_CASE("recent links: they stay below 4 MB, whatever comes") {
  testing::still_clock time;
  recent_links recent(time);
  std::size_t number = 0;
  std::size_t most = 0;
  const auto look = [&] { most = std::max(most, recent.bytes()); };
  SECTION("keys of 2 KB") {
    for (int i = 0; i < 130; ++i, time.advance(30s)) {
      flood(2'000, number, 2'048).add_to(recent);
      look();
    }
  }
  SECTION("ever new links") {
    for (int i = 0; i < 65; ++i, time.advance(1min)) {
      flood(20'000, number, 60).add_to(recent);
      look();
    }
  }
  SECTION("an epoch of 200,000 links") {
    flood(200'000, number).add_to(recent);
    look();
  }
  SECTION("10,000 epochs a minute") {
    for (int i = 0; i < 20'000; ++i, time.advance(6ms)) {
      flood(10, number).add_to(recent);
      if (i % 100 == 0) look();
    }
  }
  SECTION("a clock that jumps at each epoch") {
    for (int i = 0; i < 500; ++i) {
      time.set_wall(i % 3 == 0 ? -170min : i % 3 == 1 ? 61min : 5min);
      flood(1'500, number, 200).add_to(recent);
      look();
    }
  }
  CHECK(most > 100'000);
  CHECK(most <= most_bytes);
  CHECK_FALSE(recent.top(60min, 1'000).empty());
}

TEST_CASE("recent links: an hour of busy minutes has nearly a thousand links of each") {
  testing::still_clock time;
  recent_links recent(time);
  std::size_t number = 0;
  for (int i = 0; i < 60; ++i, time.advance(1min)) flood(1'000, number, 50).add_to(recent);
  CHECK(recent.top(60min, 100'000).size() > 45'000);
}

TEST_CASE("recent links: what a clock that is set back left in the future is not shown") {
  testing::still_clock time;
  recent_links recent(time);
  epoch().with("a.example/", {1, 0, 0}).add_to(recent);
  time.set_wall(-30min);
  epoch().with("b.example/", {1, 0, 0}).add_to(recent);
  CHECK(keys_of(recent.top(60min, 10)) == keys{"b.example/"});
}

TEST_CASE("recent links: a clock that is set back by a second at the minute's end loses nothing") {
  testing::still_clock time;
  recent_links recent(time);
  time.advance(60s);
  epoch().with("a.example/", {1, 0, 0}).add_to(recent);
  time.set_wall(-1s);
  epoch().with("a.example/", {1, 0, 0}).add_to(recent);
  time.advance(30s);
  CHECK(recent.top(15min, 1).at(0).counts == tally{2, 0, 0});
}

}  // namespace
}  // namespace buttond
