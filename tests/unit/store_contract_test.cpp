// What every store promises (button/store/store.hpp), checked against each kind that is there.

#include "button/store/store.hpp"
#include "tests/unit/print_store.hpp"
#include "tests/unit/store_places.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <barrier>
#include <thread>

using namespace buttond;
using buttond::testing::make_place;
using buttond::testing::store_kinds;

namespace {

constexpr std::chrono::sys_days a_day = std::chrono::year{2026} / 11 / 23;

result<void> apply(store& to, std::string_view node, std::int64_t epoch,
                   const std::vector<link_delta>& links) {
  return to.apply({node, epoch, a_day, links});
}

/// What the store says of one key.
std::optional<tally> count_of(store& from, const std::string& key) {
  const auto found = from.find(std::vector{key});
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  return found->front();
}

std::vector<stored_link> all_of(store& from) {
  std::vector<stored_link> links;
  REQUIRE(from.for_each([&](const stored_link& link) { links.push_back(link); }));
  return links;
}

}  // namespace

#define EACH_STORE()                                                              \
  const auto store_kind = GENERATE(Catch::Generators::from_range(store_kinds())); \
  CAPTURE(store_kind);                                                            \
  const auto place = make_place(store_kind);                                      \
  const auto db = place->open()

TEST_CASE("A batch adds its deltas to what is there", "[store]") {
  EACH_STORE();
  REQUIRE(apply(*db, "node-1", 1, {{"example.com/a", {5, 2, 0}}, {"example.com/b", {1, 0, 0}}}));
  REQUIRE(apply(*db, "node-1", 2, {{"example.com/a", {10, 0, 3}}}));
  CHECK(count_of(*db, "example.com/a") == tally{15, 2, 3});
  CHECK(count_of(*db, "example.com/b") == tally{1, 0, 0});
}

TEST_CASE("A batch applied again changes nothing", "[store]") {
  EACH_STORE();
  const std::vector<link_delta> links{{"example.com/a", {5, 2, 1}}, {"example.com/b", {1, 1, 1}}};
  REQUIRE(apply(*db, "node-1", 7, links));
  REQUIRE(apply(*db, "node-1", 7, links));
  REQUIRE(apply(*place->open(), "node-1", 7, links));
  CHECK(count_of(*db, "example.com/a") == tally{5, 2, 1});
  CHECK(count_of(*db, "example.com/b") == tally{1, 1, 1});
}

TEST_CASE("A batch of an epoch before the last one changes nothing", "[store]") {
  EACH_STORE();
  REQUIRE(apply(*db, "node-1", 7, {{"example.com/a", {5, 0, 0}}}));
  REQUIRE(apply(*db, "node-1", 6, {{"example.com/a", {50, 0, 0}}}));
  CHECK(count_of(*db, "example.com/a") == tally{5, 0, 0});
}

TEST_CASE("The same epoch of two nodes is two batches", "[store]") {
  EACH_STORE();
  REQUIRE(apply(*db, "node-1", 1, {{"example.com/a", {5, 0, 0}}}));
  REQUIRE(apply(*db, "node-2", 1, {{"example.com/a", {7, 0, 0}}}));
  REQUIRE(apply(*db, "node-1", 1, {{"example.com/a", {5, 0, 0}}}));
  CHECK(count_of(*db, "example.com/a") == tally{12, 0, 0});
}

TEST_CASE("An empty batch and a batch of zeros succeed", "[store]") {
  EACH_STORE();
  REQUIRE(apply(*db, "node-1", 1, {}));
  REQUIRE(apply(*db, "node-1", 2, {{"example.com/a", {0, 0, 0}}}));
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 0});
}

TEST_CASE("A batch of 5,000 links is applied whole", "[store]") {
  EACH_STORE();
  std::vector<std::string> keys;
  for (int i = 0; i < 5'000; ++i) keys.push_back(fmt::format("site-{}.example/page/{}", i % 70, i));
  std::vector<link_delta> links;
  for (int i = 0; i < 5'000; ++i) links.push_back({keys[static_cast<std::size_t>(i)], {i, 1, 0}});
  REQUIRE(apply(*db, "node-1", 1, links));
  REQUIRE(apply(*db, "node-1", 1, links));
  REQUIRE(apply(*db, "node-1", 2, links));

  const auto found = db->find(keys);
  REQUIRE(found);
  REQUIRE(found->size() == keys.size());
  std::size_t wrong = 0;
  for (int i = 0; i < 5'000; ++i)
    if ((*found)[static_cast<std::size_t>(i)] != tally{2 * i, 2, 0}) ++wrong;
  CHECK(wrong == 0);
}

TEST_CASE("A name that cannot be a node's is refused", "[store]") {
  EACH_STORE();
  for (const char* node : {"", "a.b", "$a", "a b", "a\n", "n\xc3\xb6"}) {
    CAPTURE(node);
    const auto applied = apply(*db, node, 1, {{"example.com/a", {1, 0, 0}}});
    REQUIRE_FALSE(applied);
    CHECK(applied.error() == errc::store_refused);
  }
  CHECK_FALSE(count_of(*db, "example.com/a"));
}

TEST_CASE("Counts come back in the order of the keys, nothing for unknown ones", "[store]") {
  EACH_STORE();
  REQUIRE(apply(*db, "node-1", 1, {{"example.com/a", {1, 0, 0}}, {"example.com/b", {2, 0, 0}}}));
  const auto found = db->find(std::vector<std::string>{"example.com/b", "unknown.example/", "example.com/a",
                                                       "example.com/b", "example.com/A"});
  REQUIRE(found);
  CHECK(*found == std::vector<std::optional<tally>>{tally{2, 0, 0}, {}, tally{1, 0, 0}, tally{2, 0, 0}, {}});
  CHECK(db->find({})->empty());
}

TEST_CASE("A key with odd bytes is a key like any other", "[store]") {
  EACH_STORE();
  const std::vector<std::string> keys{"a.example/$set",
                                      "a.example/a.b.c",
                                      "a.example/'\";--",
                                      "a.example/\\",
                                      "a.example/%00",
                                      "a.example/ b",
                                      "a.example/\xc3\xa9",
                                      "a.example/\t",
                                      "a.example/?q={\"$gt\":1}",
                                      "a.example/" + std::string(2'000, 'x')};
  std::vector<link_delta> links;
  for (const auto& key : keys) links.push_back({key, {static_cast<std::int64_t>(key.size()), 0, 0}});
  REQUIRE(apply(*db, "node-1", 1, links));
  REQUIRE(apply(*db, "node-1", 1, links));
  for (const auto& key : keys) {
    CAPTURE(key);
    CHECK(count_of(*db, key) == tally{static_cast<std::int64_t>(key.size()), 0, 0});
  }
  CHECK(all_of(*db).size() == keys.size());
}

TEST_CASE("Numbers beyond 32 bits stay exact", "[store]") {
  EACH_STORE();
  constexpr std::int64_t big = (std::int64_t{1} << 53) + 1;
  REQUIRE(apply(*db, "node-1", 1, {{"example.com/a", {big, 5'000'000'000, 0}}}));
  REQUIRE(apply(*db, "node-1", 2, {{"example.com/a", {1, 5'000'000'000, 0}}}));
  REQUIRE(apply(*db, "node-1", 3'000'000'000'000, {{"example.com/a", {1, 0, 0}}}));
  REQUIRE(apply(*db, "node-1", 3'000'000'000'000, {{"example.com/a", {1, 0, 0}}}));
  CHECK(count_of(*db, "example.com/a") == tally{big + 2, 10'000'000'000, 0});
}

TEST_CASE("Two nodes that meet the same fresh links in the same moment lose nothing", "[store][concurrent]") {
  EACH_STORE();
  constexpr int rounds = 200;
  constexpr int links_a_round = 8;
  std::vector<std::string> keys;
  for (int i = 0; i < rounds * links_a_round; ++i) keys.push_back(fmt::format("race.example/{:05}", i));

  std::barrier start_line{2};
  std::array<int, 2> failures{};
  const auto run = [&](std::size_t node) {
    const auto own = place->open();
    const auto name = fmt::format("racer-{}", node);
    for (int round = 0; round < rounds; ++round) {
      std::vector<link_delta> links;
      for (int i = 0; i < links_a_round; ++i)
        links.push_back(
            {keys[static_cast<std::size_t>(round * links_a_round + i)], {node == 0 ? 1 : 1'000, round, 0}});
      start_line.arrive_and_wait();
      if (!apply(*own, name, round + 1, links)) ++failures[node];
    }
  };
  std::thread other{run, 1};
  run(0);
  other.join();
  CHECK(failures == std::array<int, 2>{});

  const auto found = db->find(keys);
  REQUIRE(found);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if ((*found)[i] != tally{1'001, 2 * (static_cast<int>(i) / links_a_round), 0}) ++wrong;
  CHECK(wrong == 0);
}

TEST_CASE("A share reported twice is counted once", "[store]") {
  EACH_STORE();
  const std::vector<share_report> reports{{"example.com/a", "id-1", 1}, {"example.com/a", "id-2", 3}};
  auto recorded = db->record_shares(reports);
  REQUIRE(recorded);
  CHECK(recorded->counted == 2);
  CHECK(recorded->repeated == 0);
  recorded = db->record_shares(reports);
  REQUIRE(recorded);
  CHECK(recorded->counted == 0);
  CHECK(recorded->repeated == 2);
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 4});
}

TEST_CASE("A share that stands twice in one report is counted once", "[store]") {
  EACH_STORE();
  const auto recorded = db->record_shares(std::vector<share_report>{
      {"example.com/a", "id-1", 1}, {"example.com/b", "id-1", 1}, {"example.com/a", "id-1", 1}});
  REQUIRE(recorded);
  CHECK(recorded->counted == 2);
  CHECK(recorded->repeated == 1);
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 1});
  CHECK(count_of(*db, "example.com/b") == tally{0, 0, 1});
}

TEST_CASE("Shares and batches add to the same link", "[store]") {
  EACH_STORE();
  REQUIRE(db->record_shares(std::vector<share_report>{{"example.com/a", "id-1", 2}}));
  REQUIRE(apply(*db, "node-1", 1, {{"example.com/a", {4, 1, 0}}}));
  REQUIRE(db->record_shares(std::vector<share_report>{{"example.com/a", "id-2", 1}}));
  CHECK(count_of(*db, "example.com/a") == tally{4, 1, 3});
}

TEST_CASE("The last 256 shares of a link are remembered", "[store]") {
  EACH_STORE();
  std::vector<share_report> reports;
  for (int i = 0; i < 300; ++i) reports.push_back({"example.com/a", fmt::format("id-{}", i), 1});
  REQUIRE(db->record_shares(reports));
  const auto recorded = db->record_shares(std::vector(reports.end() - recent_shares_kept, reports.end()));
  REQUIRE(recorded);
  CHECK(recorded->counted == 0);
  CHECK(recorded->repeated == recent_shares_kept);
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 300});
}

TEST_CASE("Racing reports of one share count it once", "[store][concurrent]") {
  EACH_STORE();
  constexpr int rounds = 50;
  constexpr std::size_t reporters = 3;
  std::barrier start_line{static_cast<std::ptrdiff_t>(reporters)};
  std::array<std::int64_t, reporters> counted{};
  std::array<int, reporters> failures{};
  const auto run = [&](std::size_t reporter) {
    const auto own = place->open();
    for (int round = 0; round < rounds; ++round) {
      const std::vector<share_report> reports{{fmt::format("race.example/{}", round), "the-share", 1}};
      start_line.arrive_and_wait();
      const auto recorded = own->record_shares(reports);
      if (recorded)
        counted[reporter] += recorded->counted;
      else
        ++failures[reporter];
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < reporters; ++i) threads.emplace_back(run, i);
  run(0);
  for (auto& thread : threads) thread.join();

  CHECK(failures == std::array<int, reporters>{});
  CHECK(counted[0] + counted[1] + counted[2] == rounds);
  const auto links = all_of(*db);
  CHECK(links.size() == rounds);
  CHECK(std::all_of(links.begin(), links.end(), [](const stored_link& link) {
    return link.counts == tally{0, 0, 1};
  }));
}

TEST_CASE("Setting replaces what was there", "[store]") {
  EACH_STORE();
  REQUIRE(apply(*db, "node-1", 1, {{"example.com/a", {5, 2, 1}}}));
  REQUIRE(
      db->set(std::vector<stored_link>{{"example.com/a", {100, 50, 25}}, {"example.com/new", {1, 2, 3}}}));
  CHECK(count_of(*db, "example.com/a") == tally{100, 50, 25});
  CHECK(count_of(*db, "example.com/new") == tally{1, 2, 3});
  REQUIRE(apply(*db, "node-1", 2, {{"example.com/a", {1, 1, 1}}}));
  CHECK(count_of(*db, "example.com/a") == tally{101, 51, 26});
}

TEST_CASE("All links are visited once, in the order of their keys", "[store]") {
  EACH_STORE();
  CHECK(all_of(*db).empty());
  std::vector<std::string> keys;
  for (int i = 0; i < 2'500; ++i) keys.push_back(fmt::format("example.com/{}", i));
  keys.insert(keys.end(), {"EXAMPLE.com/", "example.com", "example.com/-", "example.com/~", "0.example"});
  std::vector<link_delta> links;
  for (const auto& key : keys) links.push_back({key, {1, 0, 0}});
  REQUIRE(apply(*db, "node-1", 1, links));

  std::sort(keys.begin(), keys.end());
  std::vector<std::string> visited;
  REQUIRE(db->for_each([&](const stored_link& link) { visited.push_back(link.key); }));
  CHECK(visited == keys);
}

TEST_CASE("The loader reads while the flusher writes", "[store][concurrent]") {
  EACH_STORE();
  REQUIRE(apply(*db, "node-1", 1, {{"example.com/a", {1, 0, 0}}}));
  std::jthread flusher([&](const std::stop_token& stop) {
    for (std::int64_t epoch = 2; epoch < 60 && !stop.stop_requested(); ++epoch)
      static_cast<void>(apply(*db, "node-1", epoch, {{"example.com/a", {1, 0, 0}}}));
  });
  std::int64_t last = 1;
  for (int i = 0; i < 100; ++i) {
    const auto found = db->find(std::vector<std::string>{"example.com/a"});
    REQUIRE(found);
    REQUIRE(found->front());
    CHECK(found->front()->impressions >= last);
    last = found->front()->impressions;
  }
}

TEST_CASE("A store that is there answers a ping", "[store]") {
  EACH_STORE();
  CHECK(db->ping());
  CHECK(db->kind() == store_kind);
}
