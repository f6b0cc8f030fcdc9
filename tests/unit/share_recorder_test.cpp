#include "button/shares/share_recorder.hpp"

#include "button/store/sqlite_store.hpp"
#include "tests/unit/shares_rig.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <thread>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

using counts = std::map<std::string, std::int64_t>;

/// A recorder on a store, and what it told the journal.
template <class Store>
struct rig {
  template <class... Arguments>
  explicit rig(Arguments&&... arguments) : store{std::forward<Arguments>(arguments)...} {
    start();
  }

  void start() {
    recorder = std::make_unique<share_recorder>(store, cache, ids, fingerprint_of, time, data.path(),
                                                [this](std::string_view key, std::uint64_t shares) {
                                                  const std::lock_guard lock(mutex);
                                                  events[std::string(key)] +=
                                                      static_cast<std::int64_t>(shares);
                                                });
  }

  std::future<result<shares_recorded>> report(std::vector<share_report> reports) {
    auto answer = std::make_shared<std::promise<result<shares_recorded>>>();
    recorder->record(std::move(reports), [answer](const auto& recorded) { answer->set_value(recorded); });
    return answer->get_future();
  }

  /// The same, and waits.
  result<shares_recorded> record(std::vector<share_report> reports) {
    return report(std::move(reports)).get();
  }

  template <class Condition>
  bool comes_true(const Condition& condition) {
    for (int i = 0; i < 2'000 && !condition(); ++i) std::this_thread::sleep_for(10ms);
    return condition();
  }

  counts told() {
    const std::lock_guard lock(mutex);
    return events;
  }

  /// What became of all shares: of those that came in, nothing is missing.
  share_numbers books() {
    const share_numbers numbers = recorder->numbers();
    CHECK(numbers.reported == numbers.counted + numbers.repeated + numbers.failed + numbers.waiting);
    return numbers;
  }

  const temporary_directory data;
  const system_clock time;
  Store store;
  const fingerprinter fingerprint_of;
  count_cache cache{{.bytes = 1 << 20, .fresh = 30s}, time};
  share_ids ids{time};
  std::mutex mutex;
  counts events;
  std::unique_ptr<share_recorder> recorder;
};

using node = rig<share_store>;

/// A reader's share, and whether its answer may leave.
struct reader {
  reader(share_recorder& to, std::string key, std::string id)
      : share(to.record({std::move(key), std::move(id), 1}, [woken = woken] { woken->set_value(); })) {}

  bool waits_no_longer() const { return leaves.wait_for(20s) == std::future_status::ready; }
  bool is_woken() const { return leaves.wait_for(0s) == std::future_status::ready; }

  std::shared_ptr<std::promise<void>> woken = std::make_shared<std::promise<void>>();
  std::future<void> leaves = woken->get_future();
  std::shared_ptr<reader_share> share;
};

/// Many of them, of a link each, or all of one; the first is under way where the store holds.
struct readers {
  readers(node& it, std::size_t count, const std::string& link = "") {
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = std::to_string(i);
      all.push_back(
          std::make_unique<reader>(*it.recorder, link.empty() ? "example.com/" + number : link, number));
      if (i == 0) it.store.wait_for_calls(1);
    }
  }

  bool none_waits() {
    return std::ranges::all_of(all, [](const auto& each) { return each->is_woken(); });
  }

  std::vector<std::unique_ptr<reader>> all;
};

}  // namespace

TEST_CASE("A reader's share that the store takes in time is counted and not kept", "[shares][concurrent]") {
  node it;
  reader one(*it.recorder, "example.com/a", "1");
  CHECK(one.waits_no_longer());
  one.share->secure();
  CHECK(it.store.links() == counts{{"example.com/a", 1}});
  CHECK(it.recorder->kept().waiting == 0);
}

TEST_CASE("A reader's share that the store does not take is kept before the answer, and sent later",
          "[shares][concurrent]") {
  node it;
  it.store.go_away();
  reader one(*it.recorder, "example.com/a", "1");
  CHECK(one.waits_no_longer());
  CHECK(it.recorder->kept().waiting == 1);
  it.store.come_back();
  CHECK(it.comes_true([&] { return it.recorder->kept().waiting == 0; }));
  CHECK(it.store.links() == counts{{"example.com/a", 1}});
}

TEST_CASE("A reader who waited long enough leaves a share on the disk, which a late answer removes",
          "[shares][concurrent]") {
  node it;
  it.store.hold();
  reader one(*it.recorder, "example.com/a", "1");
  it.store.wait_for_calls(1);
  one.share->secure();
  CHECK(it.recorder->kept().waiting == 1);
  it.store.release();
  CHECK(it.comes_true([&] { return it.recorder->kept().waiting == 0; }));
  CHECK(it.store.calls().size() == 1);
}

TEST_CASE("Readers behind a store that hangs are kept, and sent together", "[shares][concurrent]") {
  node it;
  it.store.hold();
  readers waiting(it, 50, "example.com/a");
  for (const auto& each : waiting.all) each->share->secure();
  CHECK(it.recorder->kept().waiting == 50);
  it.store.release();
  CHECK(it.comes_true([&] { return it.recorder->kept().waiting == 0; }));
  CHECK(it.store.links() == counts{{"example.com/a", 50}});
  CHECK(it.store.calls().size() == 2);
}

TEST_CASE("Where too many readers wait for the store, the next one's share is kept", "[shares][concurrent]") {
  node it;
  it.store.hold();
  readers waiting(it, share_recorder::most_readers + 1);
  CHECK(it.recorder->kept().waiting == 0);
  reader one_more(*it.recorder, "example.com/a", "1");
  CHECK(one_more.waits_no_longer());
  CHECK(it.recorder->kept().waiting == 1);
  it.store.release();
  CHECK(it.comes_true([&] { return it.store.links().size() == share_recorder::most_readers + 2; }));
}

TEST_CASE("However many readers wait, what the application reports is taken, and goes first",
          "[shares][concurrent]") {
  node it;
  it.store.hold();
  readers waiting(it, 2 * share_recorder::most_readers);
  std::vector<std::future<result<shares_recorded>>> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(it.report({{"example.com/reported", std::to_string(i), 1}}));
  it.store.release();
  for (auto& answer : answers) CHECK(answer.get()->counted == 1);
  const auto calls = it.store.calls();
  // The first reader's was under way; between two reports there may be a call for what is kept.
  std::size_t reported = 0;
  for (std::size_t at = 1; at < 41 && at < calls.size(); ++at)
    if (calls[at].front().by == shared_by::application) ++reported;
  CHECK(reported == 20);
}

TEST_CASE("Where too many reports wait the next one is refused, and a reader's share is not",
          "[shares][concurrent]") {
  node it;
  it.store.hold();
  std::vector<std::future<result<shares_recorded>>> answers;
  answers.push_back(it.report({{"example.com/a", "first", 1}}));
  it.store.wait_for_calls(1);
  for (std::size_t i = 0; i < share_recorder::most_reports; ++i)
    answers.push_back(it.report({{"example.com/a", std::to_string(i), 1}}));
  CHECK(it.record({{"example.com/a", "one more", 1}}).error() == errc::store_unavailable);
  reader one(*it.recorder, "example.com/b", "1");
  CHECK(it.recorder->kept().waiting == 0);
  it.store.release();
  CHECK(one.waits_no_longer());
  for (auto& answer : answers) CHECK(answer.get().has_value());
  CHECK(it.store.links() ==
        counts{{"example.com/a", share_recorder::most_reports + 1}, {"example.com/b", 1}});
}

TEST_CASE("The shares of many readers go in one call, of a link as many as may be sent again",
          "[shares][concurrent]") {
  const bool of_one_link = GENERATE(false, true);
  node it;
  it.store.hold();
  readers waiting(it, 301, of_one_link ? "example.com/a" : "");
  it.store.release();
  CHECK(it.comes_true([&] { return waiting.none_waits(); }));
  std::vector<std::size_t> sizes;
  for (const auto& call : it.store.calls()) sizes.push_back(call.size());
  CHECK(sizes ==
        (of_one_link ? std::vector<std::size_t>{1, 128, 128, 44} : std::vector<std::size_t>{1, 256, 44}));
  CHECK(it.told() == it.store.links());
  CHECK(it.recorder->kept().waiting == 0);
}

TEST_CASE("A call of many readers that fails keeps each of their shares", "[shares][concurrent]") {
  node it;
  it.store.hold();
  readers waiting(it, 100);
  it.store.refuse("example.com/7");
  it.store.release();
  CHECK(it.comes_true([&] { return waiting.none_waits(); }));
  CHECK(it.comes_true([&] { return it.recorder->kept().waiting == 1; }));
  CHECK(it.store.links().size() == 99);
}

TEST_CASE("Shares that wait when the recorder stops are counted by the next one", "[shares][concurrent]") {
  node it;
  it.store.go_away();
  reader one(*it.recorder, "example.com/a", "1");
  CHECK(one.waits_no_longer());
  it.recorder->stop();
  reader too_late(*it.recorder, "example.com/a", "2");
  CHECK(too_late.waits_no_longer());
  it.store.come_back();
  it.start();
  CHECK(it.comes_true([&] { return it.store.links() == counts{{"example.com/a", 2}}; }));
  CHECK(it.comes_true([&] { return it.recorder->kept().waiting == 0; }));
}

TEST_CASE("The journal is told of shares that were counted now, and of no repeated one",
          "[shares][concurrent]") {
  const temporary_directory directory;
  rig<sqlite_store> it(sqlite_store_options{.file = directory.path() / "buttond.db"});
  CHECK(it.record({{"example.com/a", "1", 3}, {"example.com/b", "1", 1}})->counted == 2);
  CHECK(it.record({{"example.com/a", "1", 3}, {"example.com/a", "2", 4}, {"example.com/a", "2", 4}})
            ->repeated == 2);
  CHECK(it.told() == counts{{"example.com/a", 7}, {"example.com/b", 1}});
}

TEST_CASE("The journal is told of shares that waited, when they are counted", "[shares][concurrent]") {
  node it;
  it.store.go_away();
  reader one(*it.recorder, "example.com/a", "1");
  CHECK(one.waits_no_longer());
  CHECK(it.told().empty());
  it.store.come_back();
  CHECK(it.comes_true([&] { return it.told() == counts{{"example.com/a", 1}}; }));
}

TEST_CASE("A link whose shares are counted is raised at once, whoever sent them", "[shares][concurrent]") {
  node it;
  const auto link = it.fingerprint_of("example.com/a");
  it.cache.put(link, 7);
  CHECK(it.record({{"example.com/a", "1", 5}})->counted == 1);
  CHECK(it.cache.find(link, it.time.monotonic()).shares == 12);
  CHECK(it.record({{"example.com/a", "1", 5}})->repeated == 1);
  CHECK(it.cache.find(link, it.time.monotonic()).shares == 12);
  reader one(*it.recorder, "example.com/a", "1-of-page");
  CHECK(one.waits_no_longer());
  CHECK(it.cache.find(link, it.time.monotonic()).shares == 13);
}

TEST_CASE("A link whose shares waited is raised when they are counted", "[shares][concurrent]") {
  node it;
  it.store.go_away();
  reader one(*it.recorder, "example.com/a", "1");
  CHECK(one.waits_no_longer());
  it.cache.put(it.fingerprint_of("example.com/a"), 7);
  it.store.come_back();
  CHECK(it.comes_true(
      [&] { return it.cache.find(it.fingerprint_of("example.com/a"), it.time.monotonic()).shares == 8; }));
}

TEST_CASE("Reports are counted, repeated or failed, each of them once", "[shares][concurrent]") {
  node it;
  it.record({{"example.com/a", "1", 3}, {"example.com/b", "1", 1}, {"example.com/a", "1", 3}});
  it.store.go_away();
  it.record({{"example.com/a", "2", 1}, {"example.com/a", "3", 1}});
  it.store.come_back();
  it.record({{"example.com/a", "2", 1}});
  it.recorder->stop();
  it.record({{"example.com/a", "4", 1}});
  const auto books = it.books();
  CHECK(books.reported == 7);
  CHECK(books.counted == 3);
  CHECK(books.repeated == 1);
  CHECK(books.failed == 3);
}

TEST_CASE("Reports that wait for a store that hangs are neither counted nor failed yet",
          "[shares][concurrent]") {
  node it;
  it.store.hold();
  auto answer = it.report({{"example.com/a", "1", 1}, {"example.com/a", "2", 1}});
  it.store.wait_for_calls(1);
  CHECK(it.books().waiting == 2);
  it.store.release();
  answer.wait();
  CHECK(it.books().counted == 2);
  CHECK(it.books().waiting == 0);
}

TEST_CASE("A reader's share waits in the books as long as it does on the disk", "[shares][concurrent]") {
  node it;
  it.store.go_away();
  reader one(*it.recorder, "example.com/a", "1");
  CHECK(one.waits_no_longer());
  reader again(*it.recorder, "example.com/a", "1");
  CHECK(again.waits_no_longer());
  CHECK(it.books().reported == 2);
  CHECK(it.books().repeated == 1);
  CHECK(it.books().waiting == it.recorder->kept().waiting);
  it.store.come_back();
  CHECK(it.comes_true([&] { return it.recorder->kept().waiting == 0; }));
  CHECK(it.books().counted == 1);
  CHECK(it.books().waiting == 0);
}

TEST_CASE("Shares that are kept while the store's answer is under way are settled once, in any order",
          "[shares][concurrent]") {
  node it;
  it.store.hold();
  reader first(*it.recorder, "example.com/z", "1");
  it.store.wait_for_calls(1);
  // The next call has the same share twice, and another one.
  reader one(*it.recorder, "example.com/a", "1");
  reader same(*it.recorder, "example.com/a", "1");
  reader other(*it.recorder, "example.com/b", "1");
  const bool later_one_first = GENERATE(false, true);
  const bool both = GENERATE(false, true);
  it.store.release_one();
  it.store.wait_for_calls(2);
  REQUIRE(it.store.calls().back().size() == 3);
  (later_one_first ? same : one).share->secure();
  if (both) (later_one_first ? one : same).share->secure();
  it.store.release();
  CHECK(it.comes_true([&] { return it.books().waiting == 0; }));
  CHECK(it.books().reported == 4);
  CHECK(it.books().counted == 3);
  CHECK(it.books().repeated == 1);
  CHECK(it.recorder->kept().waiting == 0);
}

TEST_CASE("What the next process finds is recovered, and over both processes each share came in once",
          "[shares][concurrent]") {
  node it;
  it.store.go_away();
  reader one(*it.recorder, "example.com/a", "1");
  CHECK(one.waits_no_longer());
  it.recorder->stop();
  const auto before = it.books();
  std::ofstream(it.data.path() / "shares" / "0123.json") << "no share";
  it.store.come_back();
  it.start();
  CHECK(it.comes_true([&] { return it.books().counted == 1 && it.books().failed == 1; }));
  const auto after = it.books();
  CHECK(before.reported - before.recovered == 1);
  CHECK(after.reported == 2);
  CHECK(after.recovered == 2);
  CHECK(after.waiting == 0);
}

TEST_CASE("A share for which there is no room is lost, unless the store takes it after all",
          "[shares][concurrent]") {
  node it;
  std::ofstream(it.data.path() / "shares") << "in memory this is quicker";
  it.store.go_away();
  readers waiting(it, kept_shares::most);
  CHECK(it.comes_true([&] { return it.recorder->kept().waiting == kept_shares::most; }));
  reader too_many(*it.recorder, "example.com/x", "1");
  CHECK(too_many.waits_no_longer());
  CHECK(it.books().lost == 1);
  CHECK(it.books().failed == 1);
  CHECK(it.books().waiting == kept_shares::most);
}
