#include "button/counts/count_loader.hpp"

#include "tests/unit/scripted_store.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <latch>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

using namespace buttond;
using buttond::testing::scripted_store;
using namespace std::chrono_literals;

namespace {

/// Members go in the reverse order: the store is released before the loader's destructor waits for its query.
struct loader_under_test {
  /// By default a slow test machine does not make the store overdue.
  explicit loader_under_test(const loader_limits& limits = {.overdue_after = 1h}) {
    loader.emplace(from, cache, limits);
  }
  ~loader_under_test() {
    from.release();
    loader.reset();
  }

  std::vector<link_id> links(const std::vector<std::string>& keys) const {
    std::vector<link_id> ids;
    for (const auto& key : keys) ids.push_back({fingerprint_of(key), key});
    return ids;
  }

  std::future<void> load(const std::vector<std::string>& keys) {
    auto promise = std::make_shared<std::promise<void>>();
    auto future = promise->get_future();
    loader->load(links(keys), [promise] { promise->set_value(); });
    return future;
  }

  /// Waits until the loader is asking the store for `key`, which is held.
  void hold_in_a_query(const std::string& key) {
    from.hold();
    const auto before = from.asked().size();
    do {
      loader->refresh(links({key}));  // turned away while the first ping is overdue
      std::this_thread::yield();
    } while (from.asked().size() == before);
  }

  cached_count cached(const std::string& key) { return cache.find(fingerprint_of(key), time.monotonic()); }

  fingerprinter fingerprint_of;
  buttond::system_clock time;
  count_cache cache{{}, time};
  scripted_store from;
  std::optional<count_loader> loader;
};

std::vector<std::string> numbered(const std::string& prefix, int count) {
  std::vector<std::string> keys;
  for (int i = 0; i < count; ++i) keys.push_back(prefix + std::to_string(i));
  return keys;
}

bool is_done(const std::future<void>& load) {
  return load.wait_for(0s) == std::future_status::ready;
}

}  // namespace

TEST_CASE("What was loaded is in the cache when the reader is woken", "[count_loader]") {
  loader_under_test test;
  test.from.know("example.com/a", 12);
  test.load({"example.com/a", "example.com/unknown"}).get();
  CHECK(test.cached("example.com/a").state == freshness::fresh);
  CHECK(test.cached("example.com/a").shares == 12);
  CHECK(test.cached("example.com/unknown").state == freshness::fresh);
  CHECK(test.cached("example.com/unknown").shares == 0);
  CHECK(test.loader->queries() == 1);
  CHECK(test.loader->store_up());
}

TEST_CASE("A thousand concurrent loads of ten links make one query", "[count_loader][concurrent]") {
  loader_under_test test;
  test.hold_in_a_query("example.com/first");
  const auto keys = numbered("example.com/", 10);
  constexpr int loads_of_thread = 125;
  std::atomic<int> woken{0};
  std::latch issued(8);
  std::latch all_woken(8 * loads_of_thread);
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 8; ++reader)
    readers.emplace_back([&] {
      for (int i = 0; i < loads_of_thread; ++i)
        test.loader->load(test.links(keys), [&] {
          ++woken;
          all_woken.count_down();
        });
      issued.count_down();
    });
  issued.wait();
  CHECK(woken == 0);
  test.from.release();
  all_woken.wait();
  for (auto& reader : readers) reader.join();
  CHECK(test.loader->queries() == 2);
  CHECK(test.from.asked()[1].size() == 10);
}

TEST_CASE("Loads of different links within the linger go into one query", "[count_loader]") {
  loader_under_test test;
  test.hold_in_a_query("example.com/first");
  std::vector<std::future<void>> loads;
  for (const auto& key : numbered("example.com/", 500)) loads.push_back(test.load({key}));
  test.from.release();
  for (auto& load : loads) load.get();
  CHECK(test.loader->queries() == 2);
}

TEST_CASE("A link in flight is not asked for again, and its readers join", "[count_loader]") {
  loader_under_test test;
  test.hold_in_a_query("example.com/a");
  auto first = test.load({"example.com/a"});
  auto second = test.load({"example.com/a", "example.com/b"});
  test.loader->refresh(test.links({"example.com/a"}));
  CHECK_FALSE(is_done(first));
  test.from.release();
  first.get();
  second.get();
  CHECK(test.from.asked() == std::vector<std::vector<std::string>>{{"example.com/a"}, {"example.com/b"}});
}

TEST_CASE("A query has at most a thousand keys, and a reader waits for the last of its own",
          "[count_loader]") {
  loader_under_test test;
  test.hold_in_a_query("example.com/first");
  auto all = test.load(numbered("example.com/", 2'500));
  test.from.release();
  all.get();
  std::vector<std::size_t> sizes;
  for (const auto& query : test.from.asked()) sizes.push_back(query.size());
  CHECK(sizes == std::vector<std::size_t>{1, 1'000, 1'000, 500});
  for (const auto& key : numbered("example.com/", 2'500)) REQUIRE(test.cached(key).state == freshness::fresh);
}

TEST_CASE("A load of nothing is done at once", "[count_loader]") {
  loader_under_test test;
  CHECK(is_done(test.load({})));
  CHECK(test.loader->queries() == 0);
}

TEST_CASE("Readers of a failed query are woken, and nothing is cached", "[count_loader]") {
  loader_under_test test;
  test.hold_in_a_query("example.com/a");
  auto in_flight = test.load({"example.com/a"});
  auto queued = test.load({"example.com/b"});
  test.from.go_down();
  test.from.release();
  in_flight.get();
  queued.get();
  CHECK(test.cached("example.com/a").state == freshness::missing);
  CHECK(test.cached("example.com/b").state == freshness::missing);
  CHECK_FALSE(test.loader->store_up());
  CHECK(test.loader->queries() == 1);
}

TEST_CASE("A store that is down is pinged at growing intervals and asked nothing else", "[count_loader]") {
  loader_under_test test;
  test.from.wait_for_pings(1);
  test.from.go_down();
  const auto began = std::chrono::steady_clock::now();
  test.load({"example.com/a"}).get();
  test.from.wait_for_pings(2);
  for (int i = 0; i < 1'000; ++i) {
    REQUIRE(is_done(test.load({"example.com/a"})));
    test.loader->refresh(test.links({"example.com/b"}));
  }
  test.from.wait_for_pings(4);
  CHECK(test.loader->queries() == 1);
  const auto pings = test.from.pings();
  CHECK(pings[1] - began >= 100ms);
  CHECK(pings[2] - pings[1] >= 200ms);
  CHECK(pings[3] - pings[2] >= 400ms);
}

TEST_CASE("A store that comes back is used again, without anybody asking", "[count_loader]") {
  loader_under_test test;
  test.from.know("example.com/a", 12);
  test.from.go_down();
  test.load({"example.com/a"}).get();
  test.from.come_up();
  const auto before = test.from.pings().size();
  test.from.wait_for_pings(before + 1);
  while (!test.loader->store_up()) std::this_thread::yield();
  test.load({"example.com/a"}).get();
  CHECK(test.cached("example.com/a").shares == 12);
}

TEST_CASE("Nobody waits for a store that hangs", "[count_loader]") {
  loader_under_test test({.overdue_after = 50ms});
  test.hold_in_a_query("example.com/a");
  while (test.loader->store_up()) std::this_thread::yield();
  CHECK(is_done(test.load({"example.com/a"})));
  CHECK(is_done(test.load({"example.com/b"})));
  test.from.release();
  while (test.cached("example.com/b").state == freshness::missing) test.load({"example.com/b"}).get();
  CHECK(test.loader->queries() > 1);
}

TEST_CASE("What waits is bounded: further keys are turned away", "[count_loader]") {
  loader_under_test test({.overdue_after = 1h, .keys = 100});
  test.hold_in_a_query("example.com/first");
  auto most = test.load(numbered("example.com/", 99));
  CHECK(is_done(test.load({"example.com/more"})));
  auto known = test.load({"example.com/0"});
  CHECK_FALSE(is_done(known));
  test.from.release();
  most.get();
  known.get();
  test.load({"example.com/more"}).get();
  CHECK(test.cached("example.com/more").state == freshness::fresh);
}

TEST_CASE("What waits is bounded: further readers are turned away", "[count_loader]") {
  loader_under_test test({.overdue_after = 1h, .waiters = 100});
  test.hold_in_a_query("example.com/a");
  std::vector<std::future<void>> loads;
  for (int i = 0; i < 100; ++i) loads.push_back(test.load({"example.com/a"}));
  CHECK(std::none_of(loads.begin(), loads.end(), is_done));
  CHECK(is_done(test.load({"example.com/a"})));
  test.from.release();
  for (auto& load : loads) load.get();
  test.load({"example.com/b"}).get();
  CHECK(test.cached("example.com/b").state == freshness::fresh);
}

TEST_CASE("A link that was raised while it was loaded is asked for again", "[count_loader]") {
  loader_under_test test;
  test.from.know("example.com/a", 12);
  test.hold_in_a_query("example.com/a");
  auto load = test.load({"example.com/a"});
  test.cache.raise(test.fingerprint_of("example.com/a"), 1);
  test.from.release();
  load.get();
  CHECK(test.cached("example.com/a").state == freshness::stale);
}

TEST_CASE("Whoever waits when the loader stops is woken", "[count_loader]") {
  loader_under_test test;
  test.hold_in_a_query("example.com/a");
  auto in_flight = test.load({"example.com/a"});
  auto queued = test.load({"example.com/b"});
  std::thread stopper([&] { test.loader.reset(); });
  test.from.release();
  stopper.join();
  CHECK(is_done(in_flight));
  CHECK(is_done(queued));
}

TEST_CASE("Every load is answered once, whatever the store does meanwhile", "[count_loader][concurrent]") {
  loader_under_test test;
  constexpr int readers = 4;
  constexpr int loads = 5'000;
  const auto keys = numbered("example.com/", 3'000);
  const auto links = test.links(keys);
  std::vector<std::atomic<int>> woken(readers * loads);
  std::vector<std::thread> threads;
  std::atomic<bool> stop{false};
  std::thread trouble([&] {
    while (!stop) {
      test.from.go_down();
      test.from.come_up();
      std::this_thread::yield();
    }
  });
  for (int reader = 0; reader < readers; ++reader)
    threads.emplace_back([&, reader] {
      for (int i = 0; i < loads; ++i) {
        const auto first = static_cast<std::size_t>((i * 13 + reader * 101) % 2'990);
        auto& mine = woken[static_cast<std::size_t>(reader * loads + i)];
        test.loader->load(std::span(links).subspan(first, 10), [&mine] { ++mine; });
      }
    });
  for (auto& thread : threads) thread.join();
  stop = true;
  trouble.join();
  test.loader.reset();
  CHECK(std::all_of(woken.begin(), woken.end(), [](const auto& times) { return times == 1; }));
}
