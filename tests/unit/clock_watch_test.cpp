#include "common/clock_watch.hpp"

#include "tests/unit/still_clock.hpp"

#include <catch2/catch.hpp>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

TEST_CASE("a wall clock that goes as the monotonic one does has not jumped", "[clock]") {
  still_clock time;
  clock_watch watch(time);
  for (const auto passed : {1ms, 1'000ms, 86'400'000ms}) {
    time.advance(passed);
    CHECK_FALSE(watch.look());
  }
}

TEST_CASE("a jump is told once, by how much and where to", "[clock]") {
  const auto by = GENERATE(as<std::chrono::nanoseconds>{}, 2s, -2s, 48h, -365 * 24h);
  still_clock time;
  clock_watch watch(time);
  time.advance(10s);
  const auto right = time.wall();
  time.set_wall(by);
  const auto jump = watch.look();
  REQUIRE(jump);
  CHECK(jump->by() == by);
  CHECK(jump->from == right);
  CHECK(jump->to == time.wall());
  time.advance(10s);
  CHECK_FALSE(watch.look());
}

TEST_CASE("what NTP slews is no jump, however much it adds up to", "[clock]") {
  still_clock time;
  clock_watch watch(time);
  for (int second = 0; second < 100'000; ++second) {
    time.advance(1s);
    time.set_wall(500us);
    REQUIRE_FALSE(watch.look());
  }
}

TEST_CASE("a thread that is held up between two clocks sees no jump, and sees one at its next look",
          "[clock]") {
  // Each reading of the monotonic clock lets time pass.
  class slow_clock final : public clock {
   public:
    monotonic_time monotonic() const noexcept override {
      time_.advance(held_up);
      return time_.monotonic();
    }
    wall_time wall() const noexcept override { return time_.wall(); }

    std::chrono::nanoseconds held_up{0};
    mutable still_clock time_;
  };
  slow_clock time;
  clock_watch watch(time);
  time.held_up = 5s;
  CHECK_FALSE(watch.look());
  time.time_.set_wall(48h);
  CHECK_FALSE(watch.look());
  time.held_up = 0s;
  REQUIRE(watch.look());
}
