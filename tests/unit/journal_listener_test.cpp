// Whoever listens to the journal hears of everything that this process counted, once, whatever becomes of it.
#include "button/impressions/journal.hpp"
#include "tests/unit/file_steps.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <map>
#include <optional>
#include <span>
#include <string>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

int full_disk(const file_step& step) {
  return step.call == "write" || step.call == "posix_fallocate" ? ENOSPC : 0;
}

int dead_disk(const file_step&) {
  return EIO;
}

/// A journal and what was heard of it; of all that follow one another in one directory.
struct node {
  node() { open(); }

  void open() {
    journal_options options = small_journal(directory.path());
    options.counted = [this](std::span<const link_delta> links) {
      for (const link_delta& each : links) heard[std::string(each.key)] += each.delta;
    };
    events.emplace(options, time);
  }
  void kill_and_open() {
    events.reset();
    open();
  }
  void count_and_close() {
    reader(*events).sees("example.com/a", 3);
    reader(*events).clicks("example.com/a");
    reader(*events).sees("example.com/b");
    events->close_epoch();
  }

  temporary_directory directory;
  still_clock time;
  recording_store store;
  std::map<std::string, tally> heard;
  std::optional<stepped_journal> events;
};

const std::map<std::string, tally> one_epoch{{"example.com/a", {3, 1, 0}}, {"example.com/b", {1, 0, 0}}};
const std::map<std::string, tally> two_epochs{{"example.com/a", {6, 2, 0}}, {"example.com/b", {2, 0, 0}}};

}  // namespace

TEST_CASE("an epoch that is closed is heard of", "[journal]") {
  node it;
  it.count_and_close();
  CHECK(it.heard == one_epoch);
  it.count_and_close();
  CHECK(it.heard == two_epochs);
}

TEST_CASE("shares are heard of too", "[journal]") {
  node it;
  it.events->count_share(fingerprinter()("example.com/a"), "example.com/a", 2);
  it.events->close_epoch();
  CHECK(it.heard == std::map<std::string, tally>{{"example.com/a", {0, 0, 2}}});
}

TEST_CASE("an epoch with nothing in it is not heard of", "[journal]") {
  node it;
  it.events->close_epoch();
  CHECK(it.heard.empty());
}

TEST_CASE("epochs that are merged while the store is away are heard of once", "[journal]") {
  node it;
  it.count_and_close();
  it.count_and_close();
  for (int i = 0; i < 5; ++i) it.events->close_epoch();
  REQUIRE(flush(*it.events, it.store));
  CHECK(it.heard == two_epochs);
}

TEST_CASE("with a full disk, where a sheet becomes deltas as it is, an epoch is heard of once",
          "[journal][faults]") {
  node it;
  {
    const file_steps full(full_disk);
    it.count_and_close();
  }
  it.events->close_epoch();
  CHECK(it.heard == one_epoch);
}

TEST_CASE("with a disk that takes nothing, an epoch is heard of once, though it is tried again",
          "[journal][faults]") {
  node it;
  {
    const file_steps dead(dead_disk);
    it.count_and_close();
    it.events->close_epoch();
  }
  it.events->close_epoch();
  it.events->close_epoch();
  CHECK(it.heard == one_epoch);
}

TEST_CASE("what is counted in memory only is heard of once, and not when it comes to the disk",
          "[journal][faults]") {
  std::optional<file_steps> dead(std::in_place, dead_disk);
  node it;
  it.count_and_close();
  CHECK(it.events->numbers().at_risk.impressions == 4);
  CHECK(it.heard == one_epoch);
  dead.reset();
  it.events->close_epoch();
  CHECK(it.events->numbers().at_risk == event_totals{});
  CHECK(it.heard == one_epoch);
}

TEST_CASE("what a dead process left behind is not heard of", "[journal]") {
  node it;
  reader(*it.events).sees("example.com/a", 3);
  it.kill_and_open();
  it.events->close_epoch();
  REQUIRE(flush(*it.events, it.store));
  CHECK(it.store.of("example.com/a") == tally{3, 0, 0});
  CHECK(it.heard.empty());
}

TEST_CASE("a journal says the name under which it counts, and none where nothing can be written",
          "[journal][faults]") {
  std::optional<file_steps> dead(std::in_place, dead_disk);
  node it;
  CHECK(it.events->numbers().node.empty());
  dead.reset();
  it.events->close_epoch();
  const std::string name = it.events->numbers().node;
  CHECK(name.size() == 32);
  it.kill_and_open();
  CHECK(it.events->numbers().node != name);
}
