#include "button/impressions/sheet_sync.hpp"

#include "tests/unit/file_steps.hpp"
#include "tests/unit/still_clock.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <string>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

struct synced_sheets {
  std::shared_ptr<tally_sheet> make(std::int64_t number) {
    auto made =
        tally_sheet::create(directory.path() / std::to_string(number), "node", number, {64, 4096}).value();
    made->begin(utc_day(time.wall()));
    syncs.add(made);
    return made;
  }

  /// How many files a round syncs.
  int round(int failure = 0) {
    int synced = 0;
    const file_steps watch([&](const file_step& step) {
      if (step.call == "fdatasync") ++synced;
      return step.call == "fdatasync" ? failure : 0;
    });
    syncs.sync();
    return synced;
  }

  const temporary_directory directory;
  const still_clock time;
  journal_ledger ledger{time};
  sheet_sync syncs{1h, ledger};
  const fingerprinter fingerprint_of;
};

}  // namespace

TEST_CASE("what was counted in a sheet is synced once, and a sheet that is gone is forgotten",
          "[journal][sync]") {
  synced_sheets it;
  auto first = it.make(1);
  auto second = it.make(2);
  CHECK(it.round() == 0);
  first->add(event_kind::impression, it.fingerprint_of("a"), "a");
  second->add(event_kind::impression, it.fingerprint_of("a"), "a");
  CHECK(it.round() == 2);
  CHECK(it.round() == 0);
  first->add(event_kind::impression, it.fingerprint_of("a"), "a");
  second->add(event_kind::impression, it.fingerprint_of("a"), "a");
  first.reset();
  CHECK(it.round() == 1);
}

TEST_CASE("what a sync failed to write is at risk, whatever a later one says, until its sheet is gone",
          "[journal][sync]") {
  synced_sheets it;
  auto sheet = it.make(1);
  const auto counts = [&] { sheet->add(event_kind::click, it.fingerprint_of("a"), "a"); };
  counts();
  CHECK(it.round() == 1);
  counts();
  CHECK(it.syncs.refused() == event_totals{});
  CHECK(it.round(EIO) == 1);
  CHECK(it.ledger.read().errors == 1);
  CHECK(it.syncs.refused() == event_totals{0, 1});
  counts();
  CHECK(it.round() == 0);
  CHECK(it.syncs.refused() == event_totals{0, 2});
  sheet.reset();
  CHECK(it.syncs.refused() == event_totals{});
}

TEST_CASE("the thread ends at once when it is stopped, however long it would wait",
          "[journal][sync][concurrent]") {
  synced_sheets it;
  it.syncs.start();
  const auto begun = std::chrono::steady_clock::now();
  it.syncs.stop();
  CHECK(std::chrono::steady_clock::now() - begun < 30s);
}
