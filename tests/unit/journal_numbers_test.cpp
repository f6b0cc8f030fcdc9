// What the journal says of its disk, its store and its clock.
#include "button/impressions/journal.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <string>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

// As du adds it up.
std::uint64_t blocks_below(const std::filesystem::path& directory) {
  std::uint64_t sum = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(directory)) {
    struct stat facts {};
    REQUIRE(::lstat(each.path().c_str(), &facts) == 0);
    sum += static_cast<std::uint64_t>(facts.st_blocks) * 512;
  }
  return sum;
}

struct node {
  std::uint64_t on_disk() const { return blocks_below(directory.path() / "journal"); }
  void passes_a_second() {
    time.advance(1s);
    events.step();
  }

  const temporary_directory directory;
  still_clock time;
  recording_store store;
  stepped_journal events{small_journal(directory.path()), time};
};

}  // namespace

TEST_CASE("the journal's bytes are 0 with megabytes on the disk: tally sheets count, empty ones too",
          "[journal][numbers]") {
  const temporary_directory directory;
  const still_clock time;
  journal_options options{.directory = directory.path(), .loops = 3};
  const stepped_journal events(options, time);
  CHECK(events.numbers().bytes > 6 * 7'000'000);
  CHECK(events.numbers().bytes == blocks_below(directory.path() / "journal"));
}

TEST_CASE("the journal's bytes follow what the disk holds: filled sheets, deltas, what was brought",
          "[journal][numbers]") {
  node it;
  it.store.faults = [](std::size_t) { return recording_store::fault::refused; };
  reader somebody(it.events);
  std::uint64_t before = it.events.numbers().bytes;
  for (int epoch = 0; epoch < 4; ++epoch) {
    for (int link = 0; link < 150; ++link)
      somebody.sees("example.com/" + std::to_string(epoch) + "/" + std::to_string(link));
    it.events.close_epoch();
    flush(it.events, it.store);
    it.passes_a_second();
    CHECK(it.events.numbers().bytes == it.on_disk());
    CHECK(it.events.numbers().bytes > before);
    before = it.events.numbers().bytes;
  }
  it.store.faults = nullptr;
  REQUIRE(flush(it.events, it.store));
  it.passes_a_second();
  CHECK(it.events.numbers().bytes == it.on_disk());
  CHECK(it.events.numbers().bytes < before);
}

TEST_CASE("what a dead node left is of the journal's bytes until it is flushed", "[journal][numbers]") {
  const temporary_directory directory;
  still_clock time;
  recording_store store;
  const auto copy = directory.path() / "copy";
  {
    stepped_journal dead(small_journal(directory.path() / "first"), time);
    reader(dead).sees("example.com/a");
    std::filesystem::copy(directory.path() / "first", copy, std::filesystem::copy_options::recursive);
  }
  stepped_journal events(small_journal(copy), time);
  CHECK(events.numbers().bytes == blocks_below(copy / "journal"));
  const auto both = events.numbers().bytes;
  events.close_epoch();
  REQUIRE(flush(events, store));
  for (int epochs = 0; epochs < 2; ++epochs) {
    time.advance(10s);
    events.step();
  }
  CHECK(events.numbers().bytes == blocks_below(copy / "journal"));
  CHECK(events.numbers().bytes < both);
}

TEST_CASE("the room that is left on the data directory's disk is known", "[journal][numbers]") {
  const node it;
  struct statvfs facts {};
  REQUIRE(::statvfs(it.directory.path().c_str(), &facts) == 0);
  // Others write there too.
  CHECK(static_cast<double>(it.events.numbers().free_bytes) ==
        Approx(static_cast<double>(facts.f_bavail) * static_cast<double>(facts.f_frsize)).epsilon(0.2));
}

TEST_CASE("the time of the last flush is that of the last batch that the store acknowledged",
          "[journal][numbers]") {
  node it;
  CHECK_FALSE(it.events.numbers().last_flush);
  reader(it.events).sees("example.com/a");
  it.events.close_epoch();
  it.store.faults = [](std::size_t) { return recording_store::fault::refused; };
  CHECK_FALSE(flush(it.events, it.store));
  CHECK_FALSE(it.events.numbers().last_flush);
  it.store.faults = nullptr;
  const auto stored = it.time.wall();
  REQUIRE(flush(it.events, it.store));
  it.passes_a_second();
  CHECK(it.events.numbers().last_flush == stored);
}
