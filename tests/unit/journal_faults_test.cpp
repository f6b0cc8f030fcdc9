// The journal on disks that are full, read-only, or fail.
#include "button/impressions/journal.hpp"
#include "tests/unit/file_steps.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <optional>
#include <string>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

// No new block is to be had; names can be changed and files removed.
int full_disk(const file_step& step) {
  return step.call == "write" || step.call == "posix_fallocate" ? ENOSPC : 0;
}

int read_only_disk(const file_step& step) {
  return step.call == "fdatasync" || step.call == "fsync" ? 0 : EROFS;
}

int dead_disk(const file_step&) {
  return EIO;
}

using disk_fault = int (*)(const file_step&);

struct node {
  node() { open(); }

  void open() { events.emplace(small_journal(directory.path()), time); }
  void kill_and_open() {
    events.reset();
    open();
  }
  void sees(const std::string& key, int times) { reader(*events).sees(key, times); }

  temporary_directory directory;
  still_clock time;
  recording_store store;
  std::optional<stepped_journal> events;
};

}  // namespace

TEST_CASE("with a full disk, what tally sheets on the disk hold reaches the store all the same",
          "[journal][faults]") {
  node it;
  it.sees("example.com/a", 3);
  {
    const file_steps full(full_disk);
    it.events->close_epoch();
    CHECK(it.events->numbers().at_risk == event_totals{});
    CHECK(it.events->numbers().pending == event_totals{3, 0});
    CHECK(it.events->numbers().errors > 0);
    it.sees("example.com/a", 4);
    it.events->close_epoch();
    REQUIRE(flush(*it.events, it.store));
  }
  CHECK(it.store.of("example.com/a") == tally{7, 0, 0});
  it.kill_and_open();
  CHECK(it.events->numbers().opened == event_totals{});
}

TEST_CASE("with a full disk, a sheet that becomes deltas as it is has been synced before",
          "[journal][faults]") {
  node it;
  it.sees("example.com/a", 3);
  std::string synced;
  std::size_t renamed = 0;
  const file_steps full([&](const file_step& step) {
    if (step.call == "fdatasync") synced = step.path;
    if (step.call == "rename") {
      CHECK(synced == step.path);
      ++renamed;
    }
    return full_disk(step);
  });
  it.events->close_epoch();
  CHECK(renamed == 1);
}

TEST_CASE("with a full disk and the store away, what cannot be written is counted in memory and said",
          "[journal][faults]") {
  node it;
  it.store.faults = [](std::size_t) { return recording_store::fault::refused; };
  std::int64_t counted = 0;
  {
    const file_steps full(full_disk);
    for (int epoch = 0; epoch < 10; ++epoch) {
      it.sees("example.com/a", 2);
      counted += 2;
      it.events->close_epoch();
      flush(*it.events, it.store);
    }
    const auto risk = it.events->numbers().at_risk;
    CHECK(risk.impressions > 0);
    CHECK(risk.impressions < 20);
    CHECK(it.events->numbers().pending == event_totals{20, 0});
  }

  SECTION("when the disk is back it is written down, and survives a kill") {
    it.events->close_epoch();
    CHECK(it.events->numbers().at_risk == event_totals{});
    it.kill_and_open();
    CHECK(it.events->numbers().opened == event_totals{20, 0});
  }
  SECTION("when the store is back first it is stored") {
    const file_steps full(full_disk);
    it.store.faults = nullptr;
    REQUIRE(flush(*it.events, it.store));
    CHECK(it.events->numbers().at_risk == event_totals{});
  }
  it.store.faults = nullptr;
  it.events->close_epoch();
  REQUIRE(flush(*it.events, it.store));
  CHECK(it.store.total() == tally{counted, 0, 0});
}

TEST_CASE("an epoch does not move counts from the disk into memory while the store takes nothing",
          "[journal][faults]") {
  node it;
  it.sees("example.com/a", 1);
  it.events->close_epoch();  // a batch waits
  const file_steps full(full_disk);
  it.sees("example.com/a", 1);
  it.time.advance(std::chrono::seconds(10));
  it.events->step();  // takes the spare, the last sheet on the disk
  for (int epoch = 0; epoch < 5; ++epoch) {
    it.sees("example.com/a", 1);
    it.time.advance(std::chrono::seconds(10));
    it.events->step();
  }
  CHECK(it.events->numbers().at_risk == event_totals{});
}

TEST_CASE("nothing that is on a disk of no use is flushed, since it could not be removed",
          "[journal][faults]") {
  const disk_fault fault = GENERATE(&read_only_disk, &dead_disk);
  node it;
  it.sees("example.com/a", 3);
  it.events->close_epoch();
  it.sees("example.com/b", 2);
  {
    const file_steps broken(fault);
    it.events->close_epoch();
    flush(*it.events, it.store);
    CHECK(it.store.total() == tally{});
    CHECK(it.events->numbers().pending == event_totals{5, 0});
    CHECK(it.events->numbers().errors > 0);

    // What is counted from now on is in memory, and the store gets it.
    it.sees("example.com/c", 100);
    it.events->close_epoch();
  }
  it.kill_and_open();
  it.events->close_epoch();
  REQUIRE(flush(*it.events, it.store));
  CHECK(it.store.of("example.com/a") == tally{3, 0, 0});
  CHECK(it.store.of("example.com/b") == tally{2, 0, 0});
}

TEST_CASE("with nothing writable at the start it counts in memory, and the store gets it",
          "[journal][faults]") {
  const disk_fault fault = GENERATE(&full_disk, &read_only_disk, &dead_disk);
  const temporary_directory directory;
  const still_clock time;
  recording_store store;
  const file_steps broken(fault);
  stepped_journal events(small_journal(directory.path()), time);
  CHECK(events.numbers().errors > 0);
  reader(events).sees("example.com/a", 5);
  CHECK(events.numbers().at_risk == event_totals{5, 0});
  events.close_epoch();
  CHECK(events.numbers().at_risk == event_totals{5, 0});
  REQUIRE(flush(events, store));
  CHECK(store.of("example.com/a") == tally{5, 0, 0});
  CHECK(events.numbers().at_risk == event_totals{});
}

TEST_CASE("when the disk comes back after such a start, it is used, and what waits is written down",
          "[journal][faults]") {
  const temporary_directory directory;
  const still_clock time;
  recording_store store;
  store.faults = [](std::size_t) { return recording_store::fault::answered_late; };
  std::optional<stepped_journal> events;
  {
    const file_steps broken(read_only_disk);
    events.emplace(small_journal(directory.path()), time);
    for (int epoch = 0; epoch < 5; ++epoch) {
      reader(*events).sees("example.com/" + std::to_string(epoch));
      events->close_epoch();
      flush(*events, store);
    }
  }
  reader(*events).sees("example.com/later");
  events->close_epoch();
  // But for the batch that was tried under the name that this process has without a disk.
  CHECK(events->numbers().at_risk == event_totals{1, 0});
  CHECK(events->numbers().pending == event_totals{6, 0});
  store.faults = nullptr;
  REQUIRE(flush(*events, store));
  CHECK(store.total() == tally{6, 0, 0});
  CHECK(events->numbers().at_risk == event_totals{});
}

TEST_CASE(
    "a directory that is removed while it is counted in: what is in memory still is stored, and written down",
    "[journal][faults]") {
  node it;
  it.sees("example.com/a", 3);
  std::filesystem::remove_all(it.directory.path() / "journal");
  it.sees("example.com/a", 4);
  it.time.advance(1s);
  it.events->step();
  CHECK(it.events->numbers().at_risk == event_totals{7, 0});
  it.sees("example.com/b", 5);

  SECTION("in another directory, which a kill leaves") {
    it.events->close_epoch();
    CHECK(it.events->numbers().at_risk == event_totals{});
    it.kill_and_open();
    CHECK(it.events->numbers().opened == event_totals{12, 0});
    it.events->close_epoch();
  }
  SECTION("or in the store first") {
    REQUIRE(flush(*it.events, it.store));
    CHECK(it.events->numbers().at_risk == event_totals{});
    it.events->close_epoch();
  }
  REQUIRE(flush(*it.events, it.store));
  CHECK(it.store.of("example.com/a") == tally{7, 0, 0});
  CHECK(it.store.of("example.com/b") == tally{5, 0, 0});
  CHECK(it.events->numbers().lost == event_totals{});
}

TEST_CASE("batches that waited in a directory that is removed are lost, and said to be, not waited for",
          "[journal][faults]") {
  node it;
  const bool tried = GENERATE(false, true);
  it.store.faults = [](std::size_t) { return recording_store::fault::refused; };
  it.sees("example.com/a", 3);
  it.events->close_epoch();
  if (tried) flush(*it.events, it.store);
  std::filesystem::remove_all(it.directory.path() / "journal");
  it.time.advance(1s);
  it.events->step();
  it.store.faults = nullptr;
  it.sees("example.com/a", 4);
  it.events->close_epoch();
  REQUIRE(flush(*it.events, it.store));
  CHECK(it.store.total() == tally{4, 0, 0});
  CHECK(it.events->numbers().lost == event_totals{3, 0});
  CHECK(it.events->numbers().pending == event_totals{});
  CHECK(it.events->numbers().at_risk == event_totals{});
}

TEST_CASE("a directory that is out of reach, as an unmounted one is, is waited for, and nothing counts twice",
          "[journal][faults]") {
  node it;
  it.sees("example.com/a", 3);
  it.events->close_epoch();
  it.sees("example.com/a", 4);
  const auto journal = it.directory.path() / "journal";
  const auto away = it.directory.path() / "away";
  std::filesystem::rename(journal, away);
  for (int epoch = 0; epoch < 3; ++epoch) {
    it.sees("example.com/b", 1);
    it.time.advance(10s);
    it.events->step();
    flush(*it.events, it.store);
  }
  CHECK(it.store.total() == tally{});
  CHECK(it.events->numbers().pending.impressions >= 7);
  SECTION("it comes back") {
    std::filesystem::rename(away, journal);
  }
  SECTION("it comes back after a restart") {
    it.events.reset();
    std::filesystem::rename(away, journal);
    it.open();
  }
  it.events->close_epoch();
  REQUIRE(flush(*it.events, it.store));
  CHECK(it.store.of("example.com/a") == tally{7, 0, 0});
  CHECK(it.store.of("example.com/b") == tally{3, 0, 0});
}

TEST_CASE("whatever single operation fails, everything is counted once", "[journal][faults]") {
  const int failure = GENERATE(ENOSPC, EIO, EROFS);
  for (std::size_t failing = 0;; ++failing) {
    node it;
    std::size_t steps = 0;
    {
      const file_steps one([&](const file_step&) { return steps++ == failing ? failure : 0; });
      for (int epoch = 0; epoch < 3; ++epoch) {
        it.sees("example.com/a", 1);
        it.sees("example.com/" + std::to_string(epoch), 1);
        it.events->close_epoch();
        if (epoch > 0) flush(*it.events, it.store);
      }
      it.events->close_epoch();
    }
    const bool lost_with_the_process = it.events->numbers().at_risk != event_totals{};
    REQUIRE_FALSE(lost_with_the_process);
    it.kill_and_open();
    it.events->close_epoch();
    REQUIRE(flush(*it.events, it.store));
    REQUIRE(it.store.of("example.com/a") == tally{3, 0, 0});
    REQUIRE(it.store.total() == tally{6, 0, 0});
    if (steps <= failing) break;
    REQUIRE(failing < 1000);
  }
}
