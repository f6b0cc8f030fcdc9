#include "button/dashboard/minute_history.hpp"

#include <catch2/catch.hpp>

namespace buttond {
namespace {

using namespace std::chrono_literals;

constexpr wall_minute noon{std::chrono::sys_days(std::chrono::year(2026) / 3 / 14) + 12h};

minute_counts counts_of(std::uint64_t seen) {
  minute_counts counts;
  counts.seen = seen;
  return counts;
}

TEST_CASE("minute history: it says what was noted, in order, and leaves gaps out") {
  minute_history history;
  history.add(noon, counts_of(1));
  history.add(noon + 1min, counts_of(2));
  history.add(noon + 5min, counts_of(3));
  const auto since = history.since(noon + 1min);
  REQUIRE(since.size() == 2);
  CHECK(since[0].first == noon + 1min);
  CHECK(since[0].second.seen == 2);
  CHECK(since[1].first == noon + 5min);
}

TEST_CASE("minute history: after a day and an hour it forgets") {
  minute_history history;
  history.add(noon, counts_of(1));
  history.add(noon + minute_history::kept, counts_of(2));
  CHECK(history.since(noon).size() == 2);
  history.add(noon + minute_history::kept + 1min, counts_of(3));
  CHECK(history.since(noon).size() == 2);
}

TEST_CASE("minute history: where the clock is set back, what is later is forgotten") {
  minute_history history;
  history.add(noon, counts_of(1));
  history.add(noon + 10min, counts_of(2));
  history.add(noon + 5min, counts_of(3));
  REQUIRE(history.since(noon).size() == 2);
  CHECK(history.since(noon).back().second.seen == 3);
}

}  // namespace
}  // namespace buttond
