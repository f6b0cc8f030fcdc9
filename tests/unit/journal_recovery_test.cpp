#include "button/impressions/journal.hpp"
#include "common/file.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::testing;

namespace {

namespace fs = std::filesystem;

// A data directory that nodes live in, one after the other or together.
struct house {
  stepped_journal open() const { return {small_journal(directory.path()), time}; }

  fs::path journals() const { return directory.path() / "journal"; }

  /// All files of all nodes, but for locks.
  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& each : fs::recursive_directory_iterator(journals()))
      if (!each.is_directory() && each.path().filename() != "lock") found.push_back(each.path());
    return found;
  }

  /// The only one whose name begins so.
  fs::path only(std::string_view prefix) const {
    std::optional<fs::path> found;
    for (const auto& each : files()) {
      if (!each.filename().string().starts_with(prefix)) continue;
      REQUIRE_FALSE(found);
      found = each;
    }
    REQUIRE(found);
    return *found;
  }

  /// A node lives, counts, ends its epoch, and stops without a store.
  void leave_batch(const std::string& key, int times) const {
    auto events = open();
    reader(events).sees(key, times);
    events.close_epoch();
  }

  /// A node lives, counts, and is killed.
  void leave_sheet(const std::string& key, int times) const {
    auto events = open();
    reader(events).sees(key, times);
  }

  const temporary_directory directory;
  const still_clock time;
  mutable recording_store store;
};

void flush_all(journal& events, recording_store& store) {
  events.close_epoch();
  REQUIRE(flush(events, store));
}

}  // namespace

TEST_CASE("a start opens the books with what the journal holds, and flushes it under its own name",
          "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  home.leave_sheet("example.com/b", 2);
  auto events = home.open();
  CHECK(events.numbers().opened == event_totals{5, 0});
  CHECK(events.numbers().pending == event_totals{5, 0});
  flush_all(events, home.store);
  CHECK(home.store.of("example.com/a") == tally{3, 0, 0});
  CHECK(home.store.of("example.com/b") == tally{2, 0, 0});
  CHECK(home.store.batches.size() == 2);
  CHECK(home.store.batches[0].first != home.store.batches[1].first);
}

TEST_CASE("a node that stops leaves no file that need not be read back", "[journal][recovery]") {
  const house home;
  {
    auto events = home.open();
    reader(events).sees("example.com/a");
    flush_all(events, home.store);
  }
  CHECK(fs::is_empty(home.journals()));
}

TEST_CASE("a directory that is empty once it was flushed is removed", "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  auto events = home.open();
  flush_all(events, home.store);
  events.close_epoch();
  CHECK(std::distance(fs::directory_iterator(home.journals()), {}) == 1);
}

TEST_CASE("what dead nodes left is brought as it is, each under its own name", "[journal][recovery]") {
  const house home;
  for (int start = 0; start < 8; ++start) home.leave_batch("example.com/a", 1);
  auto events = home.open();
  CHECK(events.numbers().opened == event_totals{8, 0});
  flush_all(events, home.store);
  std::set<std::string> nodes;
  for (const auto& [node, number] : home.store.batches) {
    nodes.insert(node);
    CHECK(number == 1);
  }
  CHECK(nodes.size() == 8);
  CHECK(home.store.of("example.com/a") == tally{8, 0, 0});
}

TEST_CASE("a truncated batch is refused, counted, left as it is, and the rest goes on",
          "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  const auto torn = home.only("deltas-");
  const auto whole = *read_file(torn);
  fs::resize_file(torn, whole.size() - 1);
  auto events = home.open();
  CHECK(events.numbers().errors == 1);
  CHECK(events.numbers().opened == event_totals{});
  reader(events).sees("example.com/b");
  flush_all(events, home.store);
  CHECK(home.store.total() == tally{1, 0, 0});
  CHECK(*read_file(torn) == whole.substr(0, whole.size() - 1));
}

TEST_CASE("a batch that is damaged in the middle is lost in the books, and left as it is",
          "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  const auto file = home.only("deltas-");
  auto content = *read_file(file);
  content.back() = static_cast<char>(content.back() ^ 1);
  REQUIRE(replace_file(file, content).has_value());
  auto events = home.open();
  flush_all(events, home.store);
  CHECK(events.numbers().opened == event_totals{3, 0});
  CHECK(events.numbers().lost == event_totals{3, 0});
  CHECK(events.numbers().pending == event_totals{});
  CHECK(events.numbers().errors == 1);
  CHECK(home.store.total() == tally{});
  CHECK(fs::file_size(file) == content.size());
}

TEST_CASE("a file of another version is refused and left as it is", "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  const auto file = home.only("deltas-");
  auto content = *read_file(file);
  content[8] = 9;
  REQUIRE(replace_file(file, content).has_value());
  auto events = home.open();
  CHECK(events.numbers().errors == 1);
  reader(events).sees("example.com/b");
  flush_all(events, home.store);
  CHECK(home.store.total() == tally{1, 0, 0});
  CHECK(*read_file(file) == content);
}

TEST_CASE("a file of another node is refused and left as it is", "[journal][recovery]") {
  const house other;
  other.leave_batch("example.com/a", 3);
  other.leave_sheet("example.com/a", 3);
  const house home;
  home.leave_batch("example.com/b", 1);
  const auto own = home.only("deltas-").parent_path();
  const auto foreign_deltas = own / "deltas-7000";
  const auto foreign_sheet = own / "sheet-8000";
  fs::copy(other.only("deltas-"), foreign_deltas);
  fs::copy(other.only("sheet-"), foreign_sheet);
  auto events = home.open();
  CHECK(events.numbers().errors == 2);
  CHECK(events.numbers().opened == event_totals{1, 0});
  flush_all(events, home.store);
  CHECK(home.store.total() == tally{1, 0, 0});
  CHECK(fs::exists(foreign_deltas));
  CHECK(fs::exists(foreign_sheet));
}

TEST_CASE("a file that is refused is said once, however often the directory is read", "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  fs::resize_file(home.only("deltas-"), 10);
  // It stays where it is, so it is looked at again and again.
  auto first = home.open();
  auto second = home.open();
  for (int epoch = 0; epoch < 3; ++epoch) {
    first.close_epoch();
    second.close_epoch();
  }
  CHECK(first.numbers().errors == 1);
  CHECK(second.numbers().errors == 1);
}

TEST_CASE("two processes on one data directory never share a name", "[journal][recovery]") {
  const house home;
  {
    auto first = home.open();
    auto second = home.open();
    reader(first).sees("example.com/a", 2);
    reader(second).sees("example.com/a", 3);
    second.close_epoch();
    first.close_epoch();
    REQUIRE(flush(second, home.store));
    REQUIRE(flush(first, home.store));
    CHECK(home.store.batches[0].first != home.store.batches[1].first);
  }
  CHECK(home.store.of("example.com/a") == tally{5, 0, 0});
}

TEST_CASE("what another process left is flushed, under its own name, once it is gone",
          "[journal][recovery]") {
  const house home;
  auto first = home.open();
  std::optional<stepped_journal> second(std::in_place, small_journal(home.directory.path()), home.time);
  reader(*second).sees("example.com/batch", 4);
  second->close_epoch();
  reader(*second).sees("example.com/sheet", 2);
  first.close_epoch();
  CHECK(first.numbers().opened == event_totals{});
  second.reset();
  first.close_epoch();
  CHECK(first.numbers().opened == event_totals{6, 0});
  flush_all(first, home.store);
  CHECK(home.store.of("example.com/batch") == tally{4, 0, 0});
  CHECK(home.store.of("example.com/sheet") == tally{2, 0, 0});
  CHECK(first.numbers().stored == event_totals{6, 0});
}

TEST_CASE("records of a tally sheet that a power failure damaged are lost in the books, the others counted",
          "[journal][recovery]") {
  const house home;
  home.leave_sheet("example.com/a", 3);
  home.leave_sheet("example.com/b", 2);
  std::vector<fs::path> sheets;
  for (const auto& each : home.files())
    if (auto content = *read_file(each); content.find("example.com/a") != std::string::npos) {
      content[content.find("example.com/a")] = '\0';
      REQUIRE(replace_file(each, content).has_value());
      sheets.push_back(each);
    }
  REQUIRE(sheets.size() == 1);
  auto events = home.open();
  CHECK(events.numbers().opened == event_totals{5, 0});
  CHECK(events.numbers().lost == event_totals{3, 0});
  flush_all(events, home.store);
  CHECK(home.store.total() == tally{2, 0, 0});
  CHECK(events.numbers().pending == event_totals{});
}

TEST_CASE("files that are not whole yet are removed", "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 1);
  const auto unfinished = home.only("deltas-").parent_path() / "deltas-5.tmp";
  REQUIRE(replace_file(unfinished, "half of it").has_value());
  auto events = home.open();
  CHECK_FALSE(fs::exists(unfinished));
  CHECK(events.numbers().errors == 0);
}

TEST_CASE("a file that was copied while it got its batches is counted once", "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  const auto batch = home.only("deltas-");
  fs::copy_file(batch, batch.string() + ".batches-1-1-");
  for (int i = 0; i < 2; ++i) {
    auto events = home.open();
    flush_all(events, home.store);
    CHECK(events.numbers().errors == 0);
  }
  CHECK(home.store.total() == tally{3, 0, 0});
}

TEST_CASE("of two files with one number neither is counted, however often the directory is opened",
          "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  auto ours = home.only("deltas-");
  const auto number = ours.filename().string().substr(std::string_view("deltas-").size());
  const auto other = ours.parent_path() / GENERATE_COPY("sheet-" + number, "deltas-" + number,
                                                        "deltas-" + number + ".batches-1-1-");
  if (other == ours) {
    ours += ".batches-1-1-";
    fs::rename(other, ours);
  }
  REQUIRE(replace_file(other, "not ours").has_value());
  for (int i = 0; i < 2; ++i) {
    auto events = home.open();
    CHECK(events.numbers().errors == 2);
    reader(events).sees("example.com/b", 4);
    flush_all(events, home.store);
    CHECK(events.numbers().pending == event_totals{});
  }
  CHECK(home.store.of("example.com/a") == tally{});
  CHECK(home.store.of("example.com/b") == tally{8, 0, 0});
  CHECK(fs::exists(ours));
  CHECK(fs::exists(other));
}

TEST_CASE("a refused file that is whole again while the server runs waits for the next start",
          "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  const auto whole = home.only("deltas-");
  const auto content = *read_file(whole);
  const fs::path tried = whole.string() + ".batches-1-1-";
  fs::rename(whole, tried);
  REQUIRE(replace_file(tried, "torn").has_value());
  auto events = home.open();
  REQUIRE(replace_file(tried, content).has_value());
  flush_all(events, home.store);
  CHECK(events.numbers().stored == event_totals{});
  CHECK(events.numbers().pending == event_totals{});
  CHECK(home.store.total() == tally{});
  CHECK(fs::exists(tried));
}

TEST_CASE("what somebody put among a journal's files holds nothing up, and nothing is lost",
          "[journal][recovery]") {
  const house home;
  home.leave_batch("example.com/a", 3);
  const auto batch = home.only("deltas-");
  const auto beside = [&](const std::string& name) { return batch.parent_path() / name; };
  std::string odd;
  SECTION("a number that no node comes to") {
    odd = GENERATE("deltas-9223372036854775806", "sheet-9223372036854775807",
                   "brought-9223372036854775806-aa", "deltas-1.batches-1-9223372036854775807-");
    REQUIRE(replace_file(beside(odd), "not ours"));
  }
  SECTION("a number that no file of ours has had") {
    odd = GENERATE("deltas-9007199254740992", "sheet-9007199254740992");
    REQUIRE(replace_file(beside(odd), "not ours"));
  }
  SECTION("the next number") {
    odd = "deltas-" + std::to_string(std::stoll(batch.filename().string().substr(7)) + 1);
    REQUIRE(replace_file(beside(odd), "not ours"));
  }
  SECTION("a pipe") {
    odd = GENERATE("deltas-77", "sheet-77", "deltas-77.batches-1-1-");
    REQUIRE(::mkfifo(beside(odd).c_str(), 0600) == 0);
  }
  SECTION("a directory") {
    odd = GENERATE("deltas-77", "sheet-77");
    REQUIRE(fs::create_directory(beside(odd)));
  }
  SECTION("a file of 40 GB, without a block") {
    odd = GENERATE("deltas-77", "sheet-77");
    REQUIRE(replace_file(beside(odd), GENERATE("", "BTNDTALY", "BTNDDLTS")));
    fs::resize_file(beside(odd), std::uintmax_t{40} << 30);
  }
  auto events = home.open();
  CHECK(events.numbers().opened == event_totals{3, 0});
  reader(events).sees("example.com/b", 4);
  flush_all(events, home.store);
  CHECK(home.store.of("example.com/a") == tally{3, 0, 0});
  CHECK(home.store.of("example.com/b") == tally{4, 0, 0});
  CHECK(fs::exists(fs::symlink_status(beside(odd))));
}
