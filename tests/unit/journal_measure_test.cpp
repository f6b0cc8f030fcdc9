// Measures; run by name: unit_tests "[measure]". Prints, and asserts nothing about a machine's speed.
#include "button/impressions/journal.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::testing;

namespace {

constexpr std::size_t many = 1'000'000;

double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

}  // namespace

TEST_CASE("a start with a million links in the journal", "[.][measure]") {
  const temporary_directory directory;
  const system_clock time;
  const journal_options options{.directory = directory.path()};
  const fingerprinter fingerprint_of;
  {
    stepped_journal events(options, time);
    for (std::size_t link = 0; link < many; ++link) {
      const auto key = "www.example.com/articles/2026/03/14/number-" + std::to_string(link);
      events.counter(0).add(event_kind::impression, fingerprint_of(key), key);
    }
    std::printf("one epoch of %zu links becomes a batch: %.2f s\n", many,
                seconds_of([&] { events.close_epoch(); }));
    for (std::size_t link = 0; link < 40'000; ++link) {
      const auto key = "www.example.com/articles/2026/03/15/number-" + std::to_string(link);
      events.counter(0).add(event_kind::impression, fingerprint_of(key), key);
    }
  }
  std::optional<journal> events;
  std::printf("opening it: %.3f s\n", seconds_of([&] { events.emplace(options, time, run_at_once); }));
  CHECK(events->numbers().opened == event_totals{many + 40'000, 0});
  events->close_epoch();
  std::printf("loading its batch: %.2f s\n", seconds_of([&] { CHECK(events->take().has_value()); }));
}

TEST_CASE("counting one impression", "[.][measure]") {
  const temporary_directory directory;
  const system_clock time;
  stepped_journal events({.directory = directory.path()}, time);
  auto& counter = events.counter(0);
  const fingerprinter fingerprint_of;
  constexpr std::size_t links = 40'000;
  std::vector<std::pair<std::string, fingerprint>> known;
  for (std::size_t link = 0; link < links; ++link) {
    const auto key = "www.example.com/articles/2026/03/14/number-" + std::to_string(link);
    known.emplace_back(key, fingerprint_of(key));
  }
  const auto count_all = [&] {
    for (const auto& [key, fingerprint] : known) counter.add(event_kind::impression, fingerprint, key);
  };
  std::printf("a link that is new in the epoch: %.0f ns\n", seconds_of(count_all) / links * 1e9);
  std::printf("a link that was seen: %.0f ns\n", seconds_of(count_all) / links * 1e9);
  CHECK(counter.books().impressions.accepted == 2 * links);
}
