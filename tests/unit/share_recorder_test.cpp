#include "button/shares/share_recorder.hpp"

#include "button/store/sqlite_store.hpp"
#include "tests/unit/shares_rig.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

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
    recorder = std::make_unique<share_recorder>(store, cache, fingerprint_of, time, data.path() / "shares",
                                                [this](std::string_view key, std::uint64_t shares) {
                                                  const std::lock_guard lock(mutex);
                                                  events[std::string(key)] +=
                                                      static_cast<std::int64_t>(shares);
                                                });
  }

  /// Records and waits.
  result<shares_recorded> record(std::vector<share_report> reports) {
    std::promise<result<shares_recorded>> answer;
    recorder->record(std::move(reports), [&](const auto& recorded) { answer.set_value(recorded); });
    return answer.get_future().get();
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

  const temporary_directory data;
  const system_clock time;
  Store store;
  const fingerprinter fingerprint_of;
  count_cache cache{{.bytes = 1 << 20, .fresh = 30s}, time};
  std::mutex mutex;
  counts events;
  std::unique_ptr<share_recorder> recorder;
};

using node = rig<share_store>;

/// A reader's share, and whether its answer may leave.
struct reader {
  reader(share_recorder& to, std::string key, std::string id)
      : share(to.record({std::move(key), std::move(id), 1}, [woken = woken] { woken->set_value(); })) {}

  bool waits_no_longer() { return woken->get_future().wait_for(20s) == std::future_status::ready; }

  std::shared_ptr<std::promise<void>> woken = std::make_shared<std::promise<void>>();
  std::shared_ptr<reader_share> share;
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
  std::vector<std::unique_ptr<reader>> readers;
  for (int i = 0; i < 50; ++i)
    readers.push_back(std::make_unique<reader>(*it.recorder, "example.com/a", std::to_string(i)));
  it.store.wait_for_calls(1);
  for (const auto& each : readers) each->share->secure();
  CHECK(it.recorder->kept().waiting == 50);
  it.store.release();
  CHECK(it.comes_true([&] { return it.recorder->kept().waiting == 0; }));
  CHECK(it.store.links() == counts{{"example.com/a", 50}});
  CHECK(it.store.calls().size() == 2);
}

TEST_CASE("Where too many wait for the store a reader's share is kept, and the application's refused",
          "[shares][concurrent]") {
  node it;
  it.store.hold();
  std::vector<std::unique_ptr<reader>> readers;
  readers.push_back(std::make_unique<reader>(*it.recorder, "example.com/0", "0"));
  it.store.wait_for_calls(1);
  for (int i = 1; i <= 1'024; ++i)
    readers.push_back(std::make_unique<reader>(*it.recorder, "example.com/" + std::to_string(i), "0"));
  CHECK(it.recorder->kept().waiting == 0);
  reader one_more(*it.recorder, "example.com/a", "1");
  CHECK(one_more.waits_no_longer());
  CHECK(it.recorder->kept().waiting == 1);
  const auto refused = it.record({{"example.com/b", "1", 1}});
  CHECK(refused.error() == errc::store_unavailable);
  it.store.release();
  CHECK(it.comes_true([&] { return it.store.links().size() == 1'026; }));
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

TEST_CASE("A link whose shares waited is asked for anew when they are counted", "[shares][concurrent]") {
  node it;
  it.store.go_away();
  reader one(*it.recorder, "example.com/a", "1");
  CHECK(one.waits_no_longer());
  it.cache.put(it.fingerprint_of("example.com/a"), 7);
  it.store.come_back();
  CHECK(it.comes_true([&] {
    return it.cache.find(it.fingerprint_of("example.com/a"), it.time.monotonic()).state == freshness::missing;
  }));
}
