#include "button/impressions/journal.hpp"

#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

struct node {
  explicit node(std::size_t loops = 1) : events(small_journal(directory.path(), loops), time) {}

  const temporary_directory directory;
  still_clock time;
  recording_store store;
  stepped_journal events;
};

std::size_t files_in(const std::filesystem::path& directory, std::string_view prefix) {
  std::size_t found = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(directory))
    if (each.path().filename().string().starts_with(prefix)) ++found;
  return found;
}

std::uintmax_t bytes_of(const std::filesystem::path& directory, std::string_view prefix) {
  std::uintmax_t sum = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(directory))
    if (each.path().filename().string().starts_with(prefix)) sum += each.file_size();
  return sum;
}

}  // namespace

TEST_CASE("a closed epoch is one batch with equal links of all loops added together", "[journal]") {
  node it(2);
  reader first(it.events, 0);
  reader second(it.events, 1);
  first.sees("example.com/a", 3);
  second.sees("example.com/a", 4);
  second.clicks("example.com/b");
  it.events.close_epoch();
  CHECK(it.events.numbers().batches == 1);
  CHECK(it.events.numbers().pending == event_totals{7, 1});
  REQUIRE(flush(it.events, it.store));
  CHECK(it.store.batches.size() == 1);
  CHECK(it.store.of("example.com/a") == tally{7, 0, 0});
  CHECK(it.store.of("example.com/b") == tally{0, 1, 0});
  CHECK(it.events.numbers().stored == event_totals{7, 1});
  CHECK(it.events.numbers().batches == 0);
  CHECK(files_in(it.directory.path(), "deltas-") == 0);
}

TEST_CASE("what was filtered is seen, and goes into no batch", "[journal]") {
  node it;
  it.events.counter(0).filter(event_kind::impression, filter_reason::bot);
  reader(it.events).sees("example.com/a");
  const auto& books = it.events.counter(0).books().impressions;
  CHECK(books.seen == 2);
  CHECK(books.accepted == 1);
  CHECK(books.filtered[static_cast<std::size_t>(filter_reason::bot)] == 1);
  it.events.close_epoch();
  CHECK(it.events.numbers().pending == event_totals{1, 0});
}

TEST_CASE("an epoch ends by the clock", "[journal]") {
  node it;
  reader(it.events).sees("example.com/a");
  it.events.step();
  CHECK(it.events.numbers().batches == 0);
  it.time.advance(10s);
  it.events.step();
  CHECK(it.events.numbers().batches == 1);
}

TEST_CASE("an epoch in which nothing was counted makes no batch and no file", "[journal]") {
  node it;
  it.time.advance(10s);
  it.events.step();
  const auto sheets = files_in(it.directory.path(), "sheet-");
  for (int epoch = 0; epoch < 5; ++epoch) {
    it.time.advance(10s);
    it.events.step();
  }
  CHECK(it.events.numbers().batches == 0);
  CHECK(files_in(it.directory.path(), "sheet-") == sheets);
  CHECK(sheets == 4);  // in use and to spare: for the loop, and for shares
}

TEST_CASE("an epoch never spans midnight", "[journal]") {
  node it;
  reader somebody(it.events);
  const auto day = utc_day(it.time.wall());
  somebody.sees("example.com/a", 2);
  it.time.advance(day + 24h - it.time.wall());
  it.events.step();
  CHECK(it.events.numbers().batches == 1);
  somebody.sees("example.com/a", 5);
  it.events.close_epoch();
  REQUIRE(flush(it.events, it.store));
  CHECK(it.store.days() ==
        std::map<std::chrono::sys_days, tally>{{day, {2, 0, 0}}, {day + std::chrono::days(1), {5, 0, 0}}});
}

TEST_CASE("a loop that counted nothing before midnight counts for the new day after it", "[journal]") {
  node it;
  const auto day = utc_day(it.time.wall());
  it.time.advance(24h);
  it.events.step();
  reader(it.events).sees("example.com/a");
  it.events.close_epoch();
  REQUIRE(flush(it.events, it.store));
  CHECK(it.store.days().contains(day + std::chrono::days(1)));
  CHECK_FALSE(it.store.days().contains(day));
}

TEST_CASE("a full tally sheet is replaced at once, and ends the epoch when the thread wakes", "[journal]") {
  node it;
  reader somebody(it.events);
  for (int link = 0; link < 65; ++link) somebody.sees("example.com/" + std::to_string(link));
  CHECK(it.events.numbers().at_risk == event_totals{});
  it.events.step();
  CHECK(it.events.numbers().batches == 1);
  CHECK(it.events.numbers().pending == event_totals{65, 0});
}

TEST_CASE("with the spare full too it counts in memory, says so, and has it on the disk with the epoch",
          "[journal]") {
  node it;
  reader somebody(it.events);
  for (int link = 0; link < 300; ++link) somebody.sees("example.com/" + std::to_string(link));
  CHECK(it.events.numbers().at_risk == event_totals{300 - 2 * 64, 0});
  it.events.step();
  CHECK(it.events.numbers().at_risk == event_totals{});
  REQUIRE(flush(it.events, it.store));
  CHECK(it.store.total() == tally{300, 0, 0});
  CHECK(it.store.tallies().size() == 300);
}

TEST_CASE("batches of an outage are merged: the journal grows by distinct links, not by time", "[journal]") {
  node it;
  it.store.faults = [](std::size_t) { return recording_store::fault::refused; };
  reader somebody(it.events);
  std::uintmax_t most_bytes = 0;
  for (int epoch = 0; epoch < 200; ++epoch) {
    for (int link = 0; link < 20; ++link) somebody.sees("example.com/" + std::to_string(link));
    it.events.close_epoch();
    flush(it.events, it.store);
    most_bytes = std::max(most_bytes, bytes_of(it.directory.path(), "deltas-"));
  }
  // One that was tried and keeps its name, and merged ones.
  const std::uint64_t one_file = 152 + 8 * 2 + 20 * (28 + 14);
  CHECK(most_bytes < 4 * one_file);
  CHECK(it.events.numbers().batches <= 3);
  CHECK(it.events.numbers().pending == event_totals{4000, 0});
  it.store.faults = nullptr;
  REQUIRE(flush(it.events, it.store));
  CHECK(it.store.of("example.com/7") == tally{200, 0, 0});
  CHECK(it.store.total() == tally{4000, 0, 0});
}

TEST_CASE("batches of different days are not merged", "[journal]") {
  node it;
  it.store.faults = [](std::size_t) { return recording_store::fault::refused; };
  reader somebody(it.events);
  const auto day = utc_day(it.time.wall());
  for (int days = 0; days < 3; ++days) {
    for (int epoch = 0; epoch < 4; ++epoch) {
      somebody.sees("example.com/a");
      it.events.close_epoch();
      flush(it.events, it.store);
    }
    it.time.advance(24h);
    it.events.step();
  }
  it.store.faults = nullptr;
  REQUIRE(flush(it.events, it.store));
  for (int days = 0; days < 3; ++days) CHECK(it.store.days()[day + std::chrono::days(days)].impressions == 4);
}

TEST_CASE("a batch that was tried keeps its name and content until it is acknowledged", "[journal]") {
  node it;
  it.store.faults = [](std::size_t call) {
    return call < 5 ? recording_store::fault::answered_late : recording_store::fault::none;
  };
  reader somebody(it.events);
  for (int epoch = 0; epoch < 6; ++epoch) {
    for (int link = 0; link < 10; ++link) somebody.sees("example.com/" + std::to_string(link));
    it.events.close_epoch();
    flush(it.events, it.store);
  }
  const auto& tried = it.store.batches;
  REQUIRE(tried.size() >= 6);
  for (std::size_t call = 0; call < 6; ++call) CHECK(tried[call] == tried.front());
  CHECK(it.store.total() == tally{60, 0, 0});
}

TEST_CASE("a run has a name of its own, and numbers its batches from 1 without a gap", "[journal]") {
  const temporary_directory directory;
  const still_clock time;
  recording_store store;
  for (int start = 0; start < 4; ++start) {
    stepped_journal events(small_journal(directory.path()), time);
    reader somebody(events);
    for (int epoch = 0; epoch < 3; ++epoch) {
      somebody.sees("example.com/a");
      events.close_epoch();
      REQUIRE(flush(events, store));
    }
  }
  REQUIRE(store.batches.size() == 12);
  std::set<std::string> names;
  for (std::size_t at = 0; at < store.batches.size(); ++at) {
    CHECK(store.batches[at].first == store.batches[at / 3 * 3].first);
    CHECK(store.batches[at].second == static_cast<std::int64_t>(at % 3 + 1));
    names.insert(store.batches[at].first);
  }
  CHECK(names.size() == 4);
  CHECK(store.gaps == 0);
}

TEST_CASE("an epoch of many links becomes batches of at most a thousand, sorted", "[journal]") {
  node it;
  reader somebody(it.events);
  for (int link = 0; link < 2'500; ++link) somebody.sees("example.com/" + std::to_string(link));
  it.events.close_epoch();
  CHECK(it.events.numbers().batches == 3);
  const auto claimed = it.events.take();
  REQUIRE(claimed);
  const auto batches = claimed->batches();
  REQUIRE(batches.size() == 3);
  std::string_view last;
  for (const auto& each : batches) {
    CHECK(each.links.size() <= 1'000);
    for (const auto& link : each.links) {
      CHECK(link.key > last);
      last = link.key;
    }
  }
  CHECK(batches[2].after == batch_mark{2, batches[1].sum});
}

TEST_CASE("what was acknowledged of an epoch is stored in the books, and the rest comes again", "[journal]") {
  node it;
  reader somebody(it.events);
  for (int link = 0; link < 2'500; ++link) somebody.sees("example.com/" + std::to_string(link));
  it.events.close_epoch();
  std::vector<std::string> sums;
  {
    auto claimed = it.events.take();
    REQUIRE(claimed);
    for (const auto& each : claimed->batches()) sums.push_back(each.sum);
    claimed->acknowledge(1);
  }
  CHECK(it.events.numbers().stored == event_totals{1'000, 0});
  CHECK(it.events.numbers().pending == event_totals{1'500, 0});
  CHECK(it.events.numbers().batches == 2);
  const auto again = it.events.take();
  REQUIRE(again);
  REQUIRE(again->batches().size() == 2);
  CHECK(again->batches()[0].sum == sums[1]);
  CHECK(again->batches()[1].sum == sums[2]);
}

TEST_CASE("shares count for the day of their link", "[journal]") {
  node it;
  const fingerprinter fingerprint_of;
  it.events.count_share(fingerprint_of("example.com/a"), "example.com/a", 3);
  it.events.count_share(fingerprint_of("example.com/a"), "example.com/a", 1'000'000'000);
  it.events.close_epoch();
  CHECK(it.events.numbers().pending == event_totals{0, 0, 1'000'000'003});
  REQUIRE(flush(it.events, it.store));
  CHECK(it.store.days().begin()->second == tally{0, 0, 1'000'000'003});
  CHECK(it.store.of("example.com/a") == tally{});
}

TEST_CASE("the age of the oldest batch is known", "[journal]") {
  node it;
  CHECK(it.events.numbers().oldest_seconds == 0);
  reader(it.events).sees("example.com/a");
  it.events.close_epoch();
  it.time.advance(90s);
  CHECK(it.events.numbers().oldest_seconds == Approx(90));
}

TEST_CASE("a loop that never runs its task keeps its counts for the next epoch", "[journal]") {
  const temporary_directory directory;
  const still_clock time;
  recording_store store;
  bool gone = true;
  journal events(small_journal(directory.path()), time,
                 [&gone](std::size_t, const std::function<void()>& task) {
                   if (!gone) task();
                 });
  reader(events).sees("example.com/a");
  events.close_epoch();
  CHECK(events.numbers().batches == 0);
  gone = false;
  events.close_epoch();
  REQUIRE(flush(events, store));
  CHECK(store.of("example.com/a") == tally{1, 0, 0});
}
