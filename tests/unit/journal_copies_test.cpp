// Data directories that are there twice: copied cold, copied while their server runs, put back from a backup.
// Nothing is counted twice, and what cannot be counted is set aside, never dropped.
#include "button/impressions/journal.hpp"
#include "common/file.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

using namespace buttond;
using namespace buttond::testing;

namespace {

namespace fs = std::filesystem;

struct machines {
  fs::path place(const std::string& name) const { return directory.path() / name; }

  void copy(const std::string& from, const std::string& to) const {
    fs::remove_all(place(to));
    fs::copy(place(from), place(to), fs::copy_options::recursive);
  }

  stepped_journal start(const std::string& name) const { return {small_journal(place(name)), time}; }

  bool flush_epoch(journal& of) const {
    of.close_epoch();
    return flush(of, store);
  }

  const temporary_directory directory;
  still_clock time;
  mutable recording_store store;
};

}  // namespace

TEST_CASE("two cold copies of a directory bring the same batches, which count once", "[journal][copies]") {
  machines on;
  {
    auto events = on.start("one");
    reader somebody(events);
    for (int link = 0; link < 1'500; ++link) somebody.sees("example.com/" + std::to_string(link));
    events.close_epoch();
    on.time.advance(std::chrono::hours(24));
    events.step();
    somebody.sees("example.com/in a sheet", 3);
    events.count_share(fingerprinter()("example.com/a"), "example.com/a", 2);
  }
  on.copy("one", "two");
  auto one = on.start("one");
  auto two = on.start("two");
  REQUIRE(on.flush_epoch(one));
  REQUIRE(on.flush_epoch(two));
  CHECK(on.store.batches.size() == 6);
  CHECK(on.store.total() == tally{1'503, 0, 0});
  CHECK(on.store.set_aside == tally{});
  CHECK(on.store.gaps == 0);
  CHECK(two.numbers().stored == event_totals{1'503, 0, 2});
}

TEST_CASE("a copy that was cut off while it was brought goes on where it stopped", "[journal][copies]") {
  machines on;
  {
    auto events = on.start("one");
    for (int link = 0; link < 200; ++link) reader(events).sees("example.com/" + std::to_string(link));
    events.close_epoch();
    reader(events).sees("example.com/in a sheet", 3);
  }
  on.copy("one", "two");
  {
    auto one = on.start("one");
    one.close_epoch();
    auto claimed = one.take();
    REQUIRE(claimed);
    REQUIRE(on.store.bring(claimed->batches(), {}).has_value());  // and the answer is lost
  }
  for (const auto* name : {"two", "one"}) {
    auto events = on.start(name);
    REQUIRE(on.flush_epoch(events));
  }
  CHECK(on.store.total() == tally{203, 0, 0});
  CHECK(on.store.set_aside == tally{});
  CHECK(on.store.gaps == 0);
}

TEST_CASE("of a directory that was copied while its server runs, whoever is second is set aside, and says so",
          "[journal][copies]") {
  machines on;
  const bool original_first = GENERATE(true, false);
  CAPTURE(original_first);
  auto original = on.start("original");
  reader(original).sees("example.com/a", 20);
  on.copy("original", "copy");
  reader(original).sees("example.com/a", 20);
  auto copy = on.start("copy");
  REQUIRE(on.flush_epoch(original_first ? original : copy));
  REQUIRE(on.flush_epoch(original_first ? copy : original));
  CHECK(on.store.of("example.com/a") == tally{original_first ? 40 : 20, 0, 0});
  CHECK(on.store.set_aside == tally{original_first ? 20 : 40, 0, 0});

  // What the original counts from now on, it counts under a name that nobody else has.
  original.close_epoch();
  reader(original).sees("example.com/b", 5);
  REQUIRE(on.flush_epoch(original));
  CHECK(on.store.of("example.com/b") == tally{5, 0, 0});
  CHECK(on.store.gaps == 0);
}

TEST_CASE("a backup that is put back brings what was counted before, and counts nothing twice",
          "[journal][copies]") {
  machines on;
  {
    auto events = on.start("data");
    reader somebody(events);
    somebody.sees("example.com/a", 3);
    REQUIRE(on.flush_epoch(events));
    somebody.sees("example.com/a", 4);
    events.close_epoch();
    somebody.sees("example.com/a", 5);
    on.copy("data", "backup");
    somebody.sees("example.com/b", 6);
    REQUIRE(on.flush_epoch(events));
    somebody.sees("example.com/b", 7);
    REQUIRE(on.flush_epoch(events));
  }
  on.copy("backup", "data");
  auto events = on.start("data");
  reader(events).sees("example.com/c", 8);
  REQUIRE(on.flush_epoch(events));
  CHECK(on.store.of("example.com/a") == tally{12, 0, 0});
  CHECK(on.store.of("example.com/b") == tally{13, 0, 0});
  CHECK(on.store.of("example.com/c") == tally{8, 0, 0});
  CHECK(on.store.gaps == 0);
}

TEST_CASE("a batch that was tried and cannot be read any more is brought empty, and its successors count",
          "[journal][copies]") {
  machines on;
  const bool was_there = GENERATE(true, false);
  CAPTURE(was_there);
  {
    auto events = on.start("data");
    reader somebody(events);
    somebody.sees("example.com/a", 3);
    on.store.faults = [was_there](std::size_t) {
      return was_there ? recording_store::fault::answered_late : recording_store::fault::refused;
    };
    CHECK_FALSE(on.flush_epoch(events));
    somebody.sees("example.com/b", 4);
    events.close_epoch();
  }
  for (const auto& each : fs::recursive_directory_iterator(on.place("data"))) {
    if (each.path().filename().string().find(".batches-") == std::string::npos) continue;
    fs::resize_file(each.path(), 200);
  }
  on.store.faults = nullptr;
  {
    auto events = on.start("data");
    CHECK(events.numbers().errors == 1);
    REQUIRE(on.flush_epoch(events));
    CHECK(events.numbers().pending == event_totals{});
  }
  CHECK(on.store.of("example.com/a") == tally{was_there ? 3 : 0, 0, 0});
  CHECK(on.store.of("example.com/b") == tally{4, 0, 0});
  CHECK(on.store.gaps == 0);
  CHECK(on.store.set_aside == tally{});
}

TEST_CASE("deltas that cannot be read do not hold up the next ones for a moment", "[journal][copies]") {
  machines on;
  auto events = on.start("data");
  for (const auto* key : {"example.com/a", "example.com/b"}) {
    reader(events).sees(key, 3);
    events.close_epoch();
    on.time.advance(std::chrono::hours(24));
    events.step();
  }
  for (const auto& each : fs::recursive_directory_iterator(on.place("data")))
    if (auto content = read_file(each.path()); content && content->find("example.com/a") != std::string::npos)
      fs::resize_file(each.path(), 200);
  const auto claimed = events.take();
  REQUIRE(claimed);
  CHECK(claimed->batches()[0].links[0].key == "example.com/b");
  CHECK(events.numbers().lost == event_totals{3, 0});
}
