#include "button/impressions/delta_queue.hpp"

#include <catch2/catch.hpp>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

const auto a_day = std::chrono::sys_days(std::chrono::year(2026) / 3 / 14);

queued_deltas deltas(std::uint64_t bytes = 100, journal_day day = a_day) {
  queued_deltas made;
  made.totals = {5, 1};
  made.bytes = bytes;
  made.batches = 2;
  made.closed_at = wall_time(a_day) + 1h;
  made.day = day;
  made.file = "deltas";
  return made;
}

}  // namespace

TEST_CASE("deltas are brought in the order of their files, one at a time", "[delta_queue]") {
  delta_queue queue;
  queue.add(2, deltas());
  queue.add(1, deltas());
  REQUIRE(queue.begin_bringing()->first == 1);
  CHECK_FALSE(queue.begin_bringing());
  CHECK_FALSE(queue.acknowledge(1, 1, {2, 0}));
  CHECK(queue.totals() == event_totals{8, 2});
  CHECK(queue.acknowledge(1, 1, {3, 1}));
  CHECK(queue.begin_bringing()->first == 2);
}

TEST_CASE("where the first cannot go none does", "[delta_queue]") {
  delta_queue queue;
  auto first = deltas();
  first.state = deltas_state::settling;
  queue.add(1, first);
  queue.add(2, deltas());
  CHECK_FALSE(queue.begin_bringing());
  queue.settled(1);
  CHECK(queue.begin_bringing()->first == 1);
}

TEST_CASE("what was tried keeps its numbers and is not merged", "[delta_queue]") {
  delta_queue queue;
  queue.add(1, deltas());
  queue.add(2, deltas());
  const auto taken = queue.begin_bringing();
  queue.numbered(1, {{}, 2}, "deltas with numbers");
  queue.stop_bringing(1);
  CHECK_FALSE(queue.begin_merging());
  const auto again = queue.begin_bringing();
  REQUIRE(again);
  CHECK(again->second.numbers->last == 2);
  CHECK(again->second.file == "deltas with numbers");
}

TEST_CASE("what is given back without numbers may be merged again", "[delta_queue]") {
  delta_queue queue;
  queue.add(1, deltas());
  queue.add(2, deltas());
  REQUIRE(queue.begin_bringing());
  CHECK_FALSE(queue.begin_merging());
  queue.stop_bringing(1);
  CHECK(queue.begin_merging());
}

TEST_CASE("the newest two are merged, of one day, and where the sizes are alike", "[delta_queue]") {
  delta_queue queue;
  queue.add(1, deltas(1000));
  queue.add(2, deltas(100));
  CHECK_FALSE(queue.begin_merging());
  queue.add(3, deltas(100));
  const auto pair = queue.begin_merging();
  REQUIRE(pair);
  CHECK(pair->first.first == 2);
  CHECK(pair->second.first == 3);
  CHECK(queue.numbers().batches == 6);
  queue.end_merging(*pair, delta_queue::entry(4, deltas(150)));
  CHECK(queue.numbers().batches == 4);
  queue.add(5, deltas(150, a_day + std::chrono::days(1)));
  CHECK_FALSE(queue.begin_merging());
}

TEST_CASE("what is being moved stays in its queue until it is in the other one", "[delta_queue]") {
  delta_queue queue;
  queue.add(1, deltas());
  REQUIRE(queue.begin_moving());
  CHECK(queue.totals() == event_totals{5, 1});
  CHECK_FALSE(queue.begin_bringing());
  queue.end_moving(1, true);
  CHECK(queue.empty());
}
