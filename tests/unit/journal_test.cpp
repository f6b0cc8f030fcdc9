#include "button/impressions/journal.hpp"

#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

using namespace buttond;
using namespace buttond::testing;

TEST_CASE("a closed epoch is one batch with equal links of all loops added together", "[journal]") {
  const temporary_directory directory;
  const still_clock time;
  recording_store store;
  journal events(small_journal(directory.path(), 2), time, run_at_once);
  reader first(events, 0);
  reader second(events, 1);
  first.sees("example.com/a", 3);
  second.sees("example.com/a", 4);
  second.clicks("example.com/b");
  events.close_epoch();
  CHECK(events.numbers().batches == 1);
  CHECK(events.numbers().pending == event_totals{7, 1});
  REQUIRE(flush(events, store));
  CHECK(store.batches.size() == 1);
  CHECK(store.of("example.com/a") == tally{7, 0, 0});
  CHECK(store.of("example.com/b") == tally{0, 1, 0});
  CHECK(events.numbers().stored == event_totals{7, 1});
  CHECK(events.numbers().batches == 0);
}
