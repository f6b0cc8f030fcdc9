#include "button/counts/count_cache.hpp"

#include "tests/unit/allocation_count.hpp"
#include "tests/unit/still_clock.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <iostream>
#include <limits>
#include <optional>
#include <thread>
#include <vector>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

struct cache_under_test {
  explicit cache_under_test(const cache_options& options = {}) : cache(options, time) {}

  cached_count find(std::uint64_t link) { return cache.find(fingerprint_of(link), time.monotonic()); }
  void put(std::uint64_t link, std::optional<std::int64_t> shares) {
    cache.put(fingerprint_of(link), shares);
  }

  static fingerprint fingerprint_of(std::uint64_t link) {
    return {link * 0x9E3779B97F4A7C15u, link * 0xC2B2AE3D27D4EB4Fu};
  }

  testing::still_clock time;
  count_cache cache;
};

}  // namespace

TEST_CASE("A count that was put is fresh", "[count_cache]") {
  cache_under_test test;
  CHECK(test.find(1).state == freshness::missing);
  test.put(1, 12);
  CHECK(test.find(1).state == freshness::fresh);
  CHECK(test.find(1).shares == 12);
  CHECK(test.find(2).state == freshness::missing);
}

TEST_CASE("A stale count asks one reader to refresh it", "[count_cache]") {
  cache_under_test test({.fresh = 30s});
  test.put(1, 12);
  test.time.advance(34s);
  CHECK(test.find(1).state == freshness::stale);
  CHECK(test.find(1).state == freshness::refreshing);
  CHECK(test.find(1).shares == 12);
  test.put(1, 13);
  CHECK(test.find(1).state == freshness::fresh);
  CHECK(test.find(1).shares == 13);
}

TEST_CASE("A refresh that brings nothing is asked for again, and the count served as long as that takes",
          "[count_cache]") {
  cache_under_test test({.fresh = 30s});
  test.put(1, 12);
  test.time.advance(34s);
  for (int outage = 0; outage < 1'000; ++outage) {
    CHECK(test.find(1).state == freshness::stale);
    test.time.advance(1'900ms);
    CHECK(test.find(1).state == freshness::refreshing);
    CHECK(test.find(1).shares == 12);
    test.time.advance(200ms);
  }
}

TEST_CASE("Counts loaded in one moment are refreshed spread over a fifth of their time", "[count_cache]") {
  cache_under_test test({.fresh = 30s});
  constexpr std::uint64_t links = 10'000;
  for (std::uint64_t link = 0; link < links; ++link) test.put(link, 1);
  std::vector<int> stale_in_second(40);
  for (auto& stale : stale_in_second) {
    for (std::uint64_t link = 0; link < links; ++link) {
      const auto found = test.find(link);
      if (found.state != freshness::stale) continue;
      ++stale;
      test.put(link, 1);
    }
    test.time.advance(1s);
  }
  for (int second = 0; second < 27; ++second) CHECK(stale_in_second[static_cast<std::size_t>(second)] == 0);
  for (int second = 28; second <= 33; ++second) {
    CAPTURE(second);
    CHECK(stale_in_second[static_cast<std::size_t>(second)] > 1'000);
    CHECK(stale_in_second[static_cast<std::size_t>(second)] < 2'500);
  }
}

TEST_CASE("A link that the store does not know is remembered for a shorter time", "[count_cache]") {
  cache_under_test test({.fresh = 30s, .fresh_unknown = 5s});
  test.put(1, std::nullopt);
  CHECK(test.find(1).state == freshness::fresh);
  CHECK(test.find(1).shares == 0);
  test.time.advance(6s);
  CHECK(test.find(1).state == freshness::stale);
}

TEST_CASE("A link is known or unknown, never both", "[count_cache]") {
  cache_under_test test;
  test.put(1, std::nullopt);
  test.put(1, 7);
  CHECK(test.find(1).shares == 7);
  CHECK(test.cache.numbers().entries == 1);
  test.put(1, std::nullopt);
  CHECK(test.find(1).shares == 0);
  CHECK(test.cache.numbers().entries == 1);
}

TEST_CASE("A flood of unknown links pushes out no known one", "[count_cache]") {
  cache_under_test test({.bytes = 1 << 20});
  constexpr std::uint64_t known = 5'000;
  for (std::uint64_t link = 0; link < known; ++link) test.put(link, static_cast<std::int64_t>(link));
  for (std::uint64_t link = 0; link < 200'000; ++link) test.put(known + link, std::nullopt);
  for (std::uint64_t link = 0; link < known; ++link) {
    const auto found = test.find(link);
    REQUIRE(found.state == freshness::fresh);
    REQUIRE(found.shares == static_cast<std::int64_t>(link));
  }
  CHECK(test.cache.numbers().bytes <= 1 << 20);
}

TEST_CASE("A raised count is what the next reader gets, who has the store asked", "[count_cache]") {
  cache_under_test test;
  test.put(1, 12);
  test.put(2, std::nullopt);
  for (std::uint64_t link = 1; link <= 3; ++link) test.cache.raise(test.fingerprint_of(link), 3);
  CHECK(test.find(1).shares == 15);
  CHECK(test.find(1).state == freshness::refreshing);
  CHECK(test.find(2).state == freshness::stale);
  CHECK(test.find(2).shares == 3);
  CHECK(test.find(3).state == freshness::missing);
  test.put(1, 15);
  CHECK(test.find(1).state == freshness::fresh);
}

TEST_CASE(
    "An answer that was asked for before its link was raised lowers nothing, and is stale from the start",
    "[count_cache]") {
  cache_under_test test;
  const auto old_answer = GENERATE(std::optional<std::int64_t>(12), std::nullopt);
  const auto there = GENERATE(std::optional<std::int64_t>(12), std::nullopt);
  test.put(1, there);
  const auto before = test.cache.raises();
  test.cache.raise(test.fingerprint_of(1), 1);
  const auto raised = there.value_or(0) + 1;
  test.cache.put(test.fingerprint_of(1), old_answer, before);
  CHECK(test.find(1).state == freshness::stale);
  CHECK(test.find(1).shares == std::max(raised, old_answer.value_or(0)));
  test.cache.put(test.fingerprint_of(1), 7, test.cache.raises());
  CHECK(test.find(1).state == freshness::fresh);
  CHECK(test.find(1).shares == 7);
  CHECK(test.cache.numbers().entries == 1);
}

TEST_CASE("An answer that was under way when a link that is not here was raised is stale from the start",
          "[count_cache]") {
  cache_under_test test;
  const auto before = test.cache.raises();
  test.cache.raise(test.fingerprint_of(1), 1);
  test.cache.put(test.fingerprint_of(1), 11, before);
  CHECK(test.find(1).state == freshness::stale);
  CHECK(test.find(1).shares == 11);
}

TEST_CASE("A raise that does not fit stays at the greatest number", "[count_cache]") {
  constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
  cache_under_test test;
  test.put(1, greatest - 1);
  test.cache.raise(test.fingerprint_of(1), 1'000);
  CHECK(test.find(1).shares == greatest);
}

TEST_CASE("Of shares that are counted while others load and read, none is missing in the end",
          "[count_cache][concurrent]") {
  cache_under_test test;
  constexpr std::int64_t shares = 20'000;
  std::atomic<std::int64_t> in_store{1};
  std::atomic<bool> done{false};
  std::atomic<int> lowered{0};
  test.put(1, in_store.load());
  std::thread loader([&] {
    while (!done) {
      const auto asked_after = test.cache.raises();
      const auto answer = in_store.load();
      std::this_thread::yield();
      test.cache.put(test.fingerprint_of(1), answer, asked_after);
    }
  });
  std::thread reader([&] {
    while (!done) {
      const auto counted = in_store.load();
      if (test.find(1).shares < counted - 1) ++lowered;  // the last one may not be told yet
    }
  });
  for (std::int64_t i = 0; i < shares; ++i) {
    ++in_store;
    test.cache.raise(test.fingerprint_of(1), 1);
  }
  done = true;
  loader.join();
  reader.join();
  CHECK(lowered == 0);
  CHECK(test.find(1).state != freshness::fresh);
  test.cache.put(test.fingerprint_of(1), in_store.load(), test.cache.raises());
  CHECK(test.find(1).shares == shares + 1);
}

TEST_CASE("The cache's clock runs for years", "[count_cache]") {
  cache_under_test test({.fresh = 30s});
  for (int month = 0; month < 80; ++month) {
    CAPTURE(month);
    test.put(1, month);
    CHECK(test.find(1).state == freshness::fresh);
    test.time.advance(26s);
    CHECK(test.find(1).state == freshness::fresh);
    test.time.advance(8s);
    CHECK(test.find(1).state == freshness::stale);
    test.put(1, month);
    test.time.advance(24h * 30);
    CHECK(test.find(1).state == freshness::stale);
    CHECK(test.find(1).state == freshness::refreshing);
    test.time.advance(24h * 30);
  }
}

TEST_CASE("A reader whose clock was read before the count was put sees it fresh", "[count_cache]") {
  cache_under_test test({.fresh = 30s});
  const auto before = test.time.monotonic();
  test.time.advance(500ms);
  test.put(1, 12);
  CHECK(test.cache.find(test.fingerprint_of(1), before).state == freshness::fresh);
}

TEST_CASE("The cache's numbers are exact", "[count_cache]") {
  cache_under_test test({.bytes = 8 << 20, .fresh = 30s});
  for (std::uint64_t link = 0; link < 100; ++link) test.put(link, 1);
  for (std::uint64_t link = 0; link < 150; ++link) test.find(link);
  test.time.advance(40s);
  for (std::uint64_t link = 0; link < 10; ++link) test.find(link);
  for (std::uint64_t link = 0; link < 10; ++link) test.find(link);
  const auto numbers = test.cache.numbers();
  CHECK(numbers.hits == 120);
  CHECK(numbers.misses == 50);
  CHECK(numbers.stale == 20);
  CHECK(numbers.evictions == 0);
  CHECK(numbers.entries == 100);
}

TEST_CASE("A cache holds at least an entry for every 64 of its bytes, and stays within them",
          "[count_cache]") {
  for (const std::size_t bytes : {std::size_t{64} << 10, std::size_t{1} << 20, std::size_t{16} << 20}) {
    cache_under_test test({.bytes = bytes});
    const auto links = bytes / 32;  // more than enough to fill it
    for (std::uint64_t link = 0; link < links; ++link) test.put(link, 1);
    for (std::uint64_t link = 0; link < links; ++link) test.put(links + link, std::nullopt);
    const auto numbers = test.cache.numbers();
    const double an_entry = static_cast<double>(numbers.bytes) / static_cast<double>(numbers.entries);
    std::cout << "count cache of " << bytes << " bytes: " << numbers.entries << " entries, " << an_entry
              << " bytes an entry, all told\n";
    CHECK(numbers.bytes <= bytes);
    CHECK(an_entry <= 64.0);
    CHECK(numbers.entries >= bytes / 64);
    CHECK(numbers.evictions == 2 * links - numbers.entries);
  }
}

TEST_CASE("A look-up allocates nothing, nor does what is put", "[count_cache]") {
  cache_under_test test({.bytes = 1 << 20, .fresh = 30s});
  const auto before = allocations();
  for (std::uint64_t link = 0; link < 50'000; ++link) {
    test.put(link, link % 3 == 0 ? std::nullopt : std::optional(std::int64_t{1}));
    test.find(link);
    test.find(link / 2);
    test.cache.raise(test.fingerprint_of(link), 1);
    test.time.advance(10ms);
  }
  CHECK(allocations() == before);
}

TEST_CASE("A cache of no bytes still holds the last link", "[count_cache]") {
  cache_under_test test({.bytes = 0});
  test.put(1, 12);
  CHECK(test.find(1).shares == 12);
}

TEST_CASE("One of many concurrent readers of a stale count refreshes it", "[count_cache][concurrent]") {
  cache_under_test test({.bytes = 1 << 20, .fresh = 30s});
  constexpr std::uint64_t links = 1'000;
  for (std::uint64_t link = 0; link < links; ++link) test.put(link, static_cast<std::int64_t>(link));
  test.time.advance(40s);
  std::vector<std::uint64_t> stale(4);
  std::vector<std::thread> readers;
  for (auto& mine : stale)
    readers.emplace_back([&] {
      for (int round = 0; round < 10; ++round)
        for (std::uint64_t link = 0; link < links; ++link)
          if (test.find(link).state == freshness::stale) ++mine;
    });
  for (auto& reader : readers) reader.join();
  CHECK(stale[0] + stale[1] + stale[2] + stale[3] == links);
}

TEST_CASE("Readers and writers agree while entries come and go", "[count_cache][concurrent]") {
  cache_under_test test({.bytes = 128 << 10});
  constexpr std::uint64_t links = 4'000;
  constexpr std::uint64_t rounds = 20;
  std::vector<std::thread> threads;
  std::vector<std::uint64_t> wrong(4);
  for (std::uint64_t id = 0; id < wrong.size(); ++id)
    threads.emplace_back([&, id] {
      for (std::uint64_t i = 0; i < rounds * links; ++i) {
        const std::uint64_t link = (i * 7 + id * 1'000) % links;
        if (const auto found = test.find(link); found.state == freshness::missing)
          test.put(link, link % 3 == 0 ? std::nullopt : std::optional(static_cast<std::int64_t>(link)));
        else if (found.shares != (link % 3 == 0 ? 0 : static_cast<std::int64_t>(link)))
          ++wrong[id];
        if (i % 97 == 0) test.cache.raise(test.fingerprint_of(link), 0);
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(wrong == std::vector<std::uint64_t>(4));
  const auto numbers = test.cache.numbers();
  CHECK(numbers.hits + numbers.misses == 4 * rounds * links);
}
