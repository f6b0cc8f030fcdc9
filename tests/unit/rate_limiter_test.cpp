#include "common/rate_limiter.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

constexpr monotonic_time start{1h};

rate_limiter::accounts reader(const rate_limiter& limiter, const std::string& address) {
  return limiter.of_reader(parse_address(address), false);
}

/// How many of 1,000 events are within the rate that come at once, each from who `reader_of` says.
template <class ReaderOf>
unsigned within_of_1000(rate_limiter& limiter, const ReaderOf& reader_of) {
  unsigned within = 0;
  for (int i = 0; i < 1'000; ++i) within += limiter.take(reader_of(i), 1, start);
  return within;
}

}  // namespace

TEST_CASE("A burst is within the rate, what exceeds it is not", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50});
  const auto who = reader(limiter, "192.0.2.1");
  unsigned within = 0;
  for (int i = 0; i < 60; ++i) within += limiter.take(who, 1, start);
  CHECK(within == 50);
}

TEST_CASE("A request with more events than are left gets what is left", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50});
  const auto who = reader(limiter, "192.0.2.1");
  CHECK(limiter.take(who, 30, start) == 30);
  CHECK(limiter.take(who, 30, start) == 20);
  CHECK(limiter.take(who, 30, start) == 0);
}

TEST_CASE("The allowance comes back at the rate, and no further than the burst", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50});
  const auto who = reader(limiter, "192.0.2.1");
  CHECK(limiter.take(who, 50, start) == 50);
  CHECK(limiter.take(who, 1, start + 199ms) == 0);
  CHECK(limiter.take(who, 1, start + 200ms) == 1);
  CHECK(limiter.take(who, 50, start + 2s) == 9);
  CHECK(limiter.take(who, 100, start + 1h) == 50);
}

TEST_CASE("A steady reader within the rate is never refused", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 1});
  const auto who = reader(limiter, "192.0.2.1");
  for (int i = 0; i < 10'000; ++i) REQUIRE(limiter.take(who, 1, start + i * 200ms) == 1);
}

TEST_CASE("Who is over the rate loses nothing by asking again", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 1, .burst = 1});
  const auto who = reader(limiter, "192.0.2.1");
  unsigned within = 0;
  for (int i = 0; i < 1'000; ++i) within += limiter.take(who, 1, start + i * 10ms);
  CHECK(within == 10);
}

TEST_CASE("Addresses have rates of their own; an IPv6 network of 64 bits has one", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50});
  CHECK(limiter.take(reader(limiter, "192.0.2.1"), 50, start) == 50);
  CHECK(limiter.take(reader(limiter, "192.0.2.2"), 50, start) == 50);
  CHECK(limiter.take(reader(limiter, "::ffff:192.0.2.2"), 1, start) == 0);
  CHECK(limiter.take(reader(limiter, "2001:db8:0:1::1"), 50, start) == 50);
  CHECK(limiter.take(reader(limiter, "2001:db8:0:1:ffff::2"), 1, start) == 0);
  CHECK(limiter.take(reader(limiter, "2001:db8:0:2::1"), 50, start) == 50);
}

TEST_CASE("A new IPv6 network for each event is no way around the rate", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50});
  const auto of = [&limiter](const char* pattern) {
    return [&limiter, pattern](int i) { return reader(limiter, fmt::format(fmt::runtime(pattern), i)); };
  };
  CHECK(within_of_1000(limiter, of("2001:db8:1:1:{:x}::1")) == 50);     // of one /64
  CHECK(within_of_1000(limiter, of("2001:db8:2:11{:02x}::1")) <= 200);  // of a few /56
  CHECK(within_of_1000(limiter, of("2001:db8:3:{:x}::1")) == 200);      // of one /48
  CHECK(within_of_1000(limiter, of("2001:db9:{:x}::1")) == 1'000);      // of networks of their own
}

TEST_CASE("Who asks not to be tracked shares a rate with his network and his kind", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50, .untracked = 4});
  const auto untracked = [&limiter](const std::string& address) {
    return limiter.of_reader(parse_address(address), true);
  };
  CHECK(within_of_1000(limiter, [&](int i) { return untracked(fmt::format("192.0.{}.1", i % 256)); }) == 50);
  CHECK(within_of_1000(limiter, [&](int i) { return untracked(fmt::format("2001:db8:{:x}::1", i)); }) == 50);
  CHECK(within_of_1000(limiter, [&](int i) { return untracked(fmt::format("10.{}.0.1", i % 256)); }) == 100);
  CHECK(within_of_1000(limiter, [&](int) { return untracked("no address"); }) == 0);
  CHECK(limiter.take(reader(limiter, "192.0.2.1"), 1, start) == 1);  // others are another kind
}

TEST_CASE("All who are unknown share a rate", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50, .unknown = 2});
  CHECK(within_of_1000(limiter, [&](int) { return limiter.of_reader(std::nullopt, false); }) == 100);
  CHECK(limiter.take(reader(limiter, "192.0.2.1"), 1, start) == 1);
}

TEST_CASE("Who floods a network does not use up what is his neighbours'", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50});
  CHECK(within_of_1000(limiter, [&](int) { return reader(limiter, "2001:db8:0:1::1"); }) == 50);
  CHECK(limiter.take(reader(limiter, "2001:db8:0:2::1"), 50, start) == 50);
}

TEST_CASE("Names have accounts of their own", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 1, .burst = 10});
  CHECK(limiter.take(limiter.of_name("a.example"), 20, start) == 10);
  CHECK(limiter.take(limiter.of_name("b.example"), 20, start) == 10);
  CHECK(limiter.take(limiter.of_name("a.example"), 1, start) == 0);
}

TEST_CASE("A table of many addresses keeps them apart", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50, .accounts = 131'072});
  unsigned refused_at_first = 0;
  unsigned forgotten = 0;
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 20'000; ++i) {
      const auto who = reader(limiter, "10.1." + std::to_string(i / 256) + "." + std::to_string(i % 256));
      const unsigned within = limiter.take(who, 50, start + round * 1ms);
      if (round == 0 && within != 50) ++refused_at_first;
      if (round == 1 && within != 0) ++forgotten;
    }
  CHECK(refused_at_first == 0);
  CHECK(forgotten < 20);
}

TEST_CASE("A full table lets readers pass, and serves again once they are gone", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50, .accounts = 8});
  for (int i = 0; i < 100; ++i)
    CHECK(limiter.take(reader(limiter, "10.0.0." + std::to_string(i)), 50, start) == 50);
  const auto later = start + 11s;
  const auto who = reader(limiter, "192.0.2.1");
  CHECK(limiter.take(who, 60, later) == 50);
  CHECK(limiter.take(who, 1, later) == 0);
}

TEST_CASE("The limiter's clock runs for years", "[rate_limiter]") {
  rate_limiter limiter({.per_second = 5, .burst = 50});
  const auto who = reader(limiter, "192.0.2.1");
  for (int step = 0; step < 1'000; ++step) {
    CAPTURE(step);
    const auto now = start + step * 29h;
    REQUIRE(limiter.take(who, 60, now) == 50);
    REQUIRE(limiter.take(who, 1, now + 100ms) == 0);
    REQUIRE(limiter.take(who, 5, now + 1s) == 5);
  }
}

TEST_CASE("Extreme rates work", "[rate_limiter]") {
  rate_limiter fast({.per_second = 1'000'000, .burst = 10'000'000});
  CHECK(fast.take(reader(fast, "192.0.2.1"), 1'000'000, start) == 1'000'000);
  rate_limiter slow({.per_second = 0.01, .burst = 0.1});
  CHECK(slow.take(reader(slow, "192.0.2.1"), 2, start) == 1);
  CHECK(slow.take(reader(slow, "192.0.2.1"), 1, start + 99s) == 0);
  CHECK(slow.take(reader(slow, "192.0.2.1"), 1, start + 100s) == 1);
}

TEST_CASE("Loops that share a limiter give no more than the rate together", "[rate_limiter][concurrent]") {
  rate_limiter limiter({.per_second = 5, .burst = 5'000});
  const auto who = reader(limiter, "192.0.2.1");
  std::atomic<unsigned> within{0};
  std::vector<std::thread> loops;
  for (int loop = 0; loop < 4; ++loop)
    loops.emplace_back([&] {
      unsigned mine = 0;
      for (int i = 0; i < 10'000; ++i) mine += limiter.take(who, 1, start);
      within += mine;
    });
  for (auto& loop : loops) loop.join();
  CHECK(within == 5'000);
}
