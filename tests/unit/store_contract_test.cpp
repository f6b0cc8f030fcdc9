// What every store promises of batches (button/store/store.hpp), checked against each kind that is there.

#include "button/store/store.hpp"
#include "tests/unit/batches.hpp"
#include "tests/unit/store_places.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <thread>

using namespace buttond;
using namespace buttond::testing;

TEST_CASE("A batch adds its deltas to what is there", "[store]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"example.com/a", {5, 2, 0}}, {"example.com/b", {1, 0, 0}}}));
  REQUIRE(node.bring(*db, {{"example.com/a", {10, 0, 0}}}));
  CHECK(count_of(*db, "example.com/a") == tally{15, 2, 0});
  CHECK(count_of(*db, "example.com/b") == tally{1, 0, 0});
}

TEST_CASE("A batch brought again changes nothing", "[store]") {
  EACH_STORE();
  test_node node{"node-1"};
  const auto first = node.make({{"example.com/a", {5, 2, 0}}, {"example.com/b", {1, 1, 0}}});
  REQUIRE(bring(*db, first));
  REQUIRE(bring(*db, first));
  REQUIRE(bring(*place->open(), first));
  CHECK(count_of(*db, "example.com/a") == tally{5, 2, 0});
  const auto again = bring(*db, first);  // after it was folded
  REQUIRE(again);
  CHECK_FALSE(again->name_taken);
  CHECK(count_of(*db, "example.com/a") == tally{5, 2, 0});
  CHECK(count_of(*db, "example.com/b") == tally{1, 1, 0});
}

TEST_CASE("Batches brought together again, some of them counted before, count once", "[store]") {
  EACH_STORE();
  test_node node{"node-1"};
  std::vector<owned_batch> all;
  for (int i = 0; i < 20; ++i) all.push_back(node.make({{"example.com/a", {1, 0, 0}}}));
  REQUIRE(bring(*db, std::vector(all.begin(), all.begin() + 3)));
  REQUIRE(bring(*db, std::vector(all.begin(), all.begin() + 12)));
  CHECK(count_of(*db, "example.com/a") == tally{12, 0, 0});
  const auto report = bring(*db, all);
  REQUIRE(report);
  CHECK_FALSE(report->name_taken);
  CHECK(count_of(*db, "example.com/a") == tally{20, 0, 0});
  const auto left = fold_all(*db);
  CHECK(left.waiting == 0);
  CHECK(left.set_aside == 0);
  CHECK_FALSE(left.oldest);
}

TEST_CASE("The same number of two nodes is two batches", "[store]") {
  EACH_STORE();
  test_node one{"node-1"};
  test_node two{"node-2"};
  const auto first = one.make({{"example.com/a", {5, 0, 0}}});
  REQUIRE(bring(*db, first));
  REQUIRE(two.bring(*db, {{"example.com/a", {7, 0, 0}}}));
  REQUIRE(bring(*db, first));
  CHECK(count_of(*db, "example.com/a") == tally{12, 0, 0});
}

TEST_CASE("No batches, an empty one and one of zeros succeed", "[store]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(db->bring({}));
  REQUIRE(node.bring(*db, {}));
  REQUIRE(node.bring(*db, {{"example.com/a", {0, 0, 0}}}));
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 0});
}

TEST_CASE("5,000 links of 70 sites in batches are counted whole", "[store]") {
  EACH_STORE();
  std::vector<std::string> keys;
  for (int i = 0; i < 5'000; ++i) keys.push_back(fmt::format("site-{}.example/page/{}", i % 70, i));
  std::vector<link_delta> links;
  for (int i = 0; i < 5'000; ++i) links.push_back({keys[static_cast<std::size_t>(i)], {i, 1, 0}});
  test_node node{"node-1"};
  for (int epochs = 0; epochs < 2; ++epochs) {
    std::vector<owned_batch> all;
    std::size_t first = 0;
    for (const auto count : cut_into_batches(links)) {
      all.push_back(node.make({links.begin() + static_cast<std::ptrdiff_t>(first),
                               links.begin() + static_cast<std::ptrdiff_t>(first + count)}));
      first += count;
    }
    REQUIRE(bring(*db, all));
    REQUIRE(bring(*db, all));
  }
  fold_all(*db);

  const auto found = db->find(keys);
  REQUIRE(found);
  REQUIRE(found->size() == keys.size());
  std::size_t wrong = 0;
  for (int i = 0; i < 5'000; ++i)
    if ((*found)[static_cast<std::size_t>(i)] != tally{2 * i, 2, 0}) ++wrong;
  CHECK(wrong == 0);
}

TEST_CASE("The shares of a batch with a day are in their links before, those of an import are not",
          "[store]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"example.com/a", {1, 1, 7}}}));
  CHECK(count_of(*db, "example.com/a") == tally{1, 1, 0});
  REQUIRE(node.bring(*db, {{"example.com/a", {2, 2, 5}}}, std::nullopt));
  CHECK(count_of(*db, "example.com/a") == tally{3, 3, 5});
}

TEST_CASE("A name that cannot be a node's is refused", "[store]") {
  EACH_STORE();
  for (const char* name : {"", "a.b", "$a", "a b", "a\n", "n\xc3\xb6"}) {
    CAPTURE(name);
    test_node node{name};
    const auto brought = node.bring(*db, {{"example.com/a", {1, 0, 0}}});
    REQUIRE_FALSE(brought);
    CHECK(brought.error() == errc::store_refused);
  }
  CHECK_FALSE(count_of(*db, "example.com/a"));
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
  test_node node{"node-1"};
  const auto b = node.make(links);
  REQUIRE(bring(*db, b));
  REQUIRE(bring(*db, b));
  for (const auto& key : keys) {
    CAPTURE(key);
    CHECK(count_of(*db, key) == tally{static_cast<std::int64_t>(key.size()), 0, 0});
  }
  std::size_t visited = 0;
  REQUIRE(db->for_each([&](const stored_link&) { ++visited; }));
  CHECK(visited == keys.size());
}

TEST_CASE("Numbers beyond 32 bits stay exact", "[store]") {
  EACH_STORE();
  constexpr std::int64_t big = (std::int64_t{1} << 53) + 1;
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"example.com/a", {big, 5'000'000'000, 0}}}));
  REQUIRE(node.bring(*db, {{"example.com/a", {1, 5'000'000'000, 0}}}));
  CHECK(count_of(*db, "example.com/a") == tally{big + 1, 10'000'000'000, 0});
  REQUIRE(node.bring(*db, {{"example.com/a", {1, 0, 0}}}));
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
    test_node racer{fmt::format("racer-{}", node)};
    for (int round = 0; round < rounds; ++round) {
      std::vector<link_delta> links;
      for (int i = 0; i < links_a_round; ++i)
        links.push_back(
            {keys[static_cast<std::size_t>(round * links_a_round + i)], {node == 0 ? 1 : 1'000, round, 0}});
      start_line.arrive_and_wait();
      if (!racer.bring(*own, links) || !own->fold(fold_turn::at_once)) ++failures[node];
    }
  };
  std::thread other{run, 1};
  run(0);
  other.join();
  CHECK(failures == std::array<int, 2>{});

  fold_all(*db);
  const auto found = db->find(keys);
  REQUIRE(found);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if ((*found)[i] != tally{1'001, 2 * (static_cast<int>(i) / links_a_round), 0}) ++wrong;
  CHECK(wrong == 0);
}

TEST_CASE("The loader reads while the flusher writes", "[store][concurrent]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"example.com/a", {1, 0, 0}}}));
  fold_all(*db);
  std::jthread flusher([&](const std::stop_token& stop) {
    for (int epochs = 0; epochs < 60 && !stop.stop_requested(); ++epochs) {
      static_cast<void>(node.bring(*db, {{"example.com/a", {1, 0, 0}}}));
      static_cast<void>(db->fold(fold_turn::in_turn));
    }
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
