#include "common/log_limit.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

using buttond::log_limiter;
using buttond::monotonic_time;
using namespace std::chrono_literals;

TEST_CASE("The first failure is written, the next ones are counted", "[log]") {
  log_limiter limit{30s};
  const monotonic_time start{1h};
  CHECK(limit.due(start) == 0U);
  CHECK_FALSE(limit.due(start + 1s));
  CHECK_FALSE(limit.due(start + 29s));
  CHECK(limit.due(start + 30s) == 2U);
  CHECK_FALSE(limit.due(start + 31s));
}

TEST_CASE("A failure after a long silence is written at once", "[log]") {
  log_limiter limit{30s};
  CHECK(limit.due(monotonic_time{1h}) == 0U);
  CHECK(limit.due(monotonic_time{2h}) == 0U);
}

TEST_CASE("After a reset the next failure is written at once", "[log]") {
  log_limiter limit{30s};
  const monotonic_time start{1h};
  CHECK(limit.due(start) == 0U);
  CHECK_FALSE(limit.due(start + 1s));
  CHECK(limit.reset() == 1U);
  CHECK(limit.due(start + 2s) == 0U);
}

TEST_CASE("Threads that fail in one moment write one line", "[log][concurrent]") {
  log_limiter limit{30s};
  std::atomic<int> written{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 1'000; ++n)
        if (limit.due(monotonic_time{1h})) ++written;
    });
  for (auto& thread : threads) thread.join();
  CHECK(written == 1);
  CHECK(limit.due(monotonic_time{2h}) == 3'999U);
}
