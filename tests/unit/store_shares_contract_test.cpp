// What every store promises of shares, of setting and of reading (button/store/store.hpp), checked against
// each kind that is there.

#include "button/store/store.hpp"
#include "tests/unit/batches.hpp"
#include "tests/unit/store_places.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <string>
#include <thread>
#include <utility>

using namespace buttond;
using namespace buttond::testing;

namespace {

std::vector<stored_link> all_of(store& from) {
  std::vector<stored_link> links;
  REQUIRE(from.for_each([&](const stored_link& link) { links.push_back(link); }));
  return links;
}

}  // namespace

TEST_CASE("A share reported twice is counted once", "[store]") {
  EACH_STORE();
  const std::vector<share_report> reports{{"example.com/a", "id-1", 1}, {"example.com/a", "id-2", 3}};
  auto recorded = db->record_shares(reports);
  REQUIRE(recorded);
  CHECK(recorded->counted == 2);
  CHECK(recorded->repeated == 0);
  CHECK(recorded->fresh == std::vector<bool>{true, true});
  recorded = db->record_shares(reports);
  REQUIRE(recorded);
  CHECK(recorded->counted == 0);
  CHECK(recorded->repeated == 2);
  CHECK(recorded->fresh == std::vector<bool>{false, false});
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 4});
}

TEST_CASE("A share that stands twice in one report is counted once", "[store]") {
  EACH_STORE();
  const auto recorded = db->record_shares(std::vector<share_report>{
      {"example.com/a", "id-1", 1}, {"example.com/b", "id-1", 1}, {"example.com/a", "id-1", 1}});
  REQUIRE(recorded);
  CHECK(recorded->counted == 2);
  CHECK(recorded->repeated == 1);
  CHECK(std::count(recorded->fresh.begin(), recorded->fresh.end(), true) == 2);
  CHECK(recorded->fresh[1]);
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 1});
  CHECK(count_of(*db, "example.com/b") == tally{0, 0, 1});
}

TEST_CASE("Each report says whether it was counted now, in the order of the reports", "[store]") {
  EACH_STORE();
  std::vector<share_report> reports;
  for (int i = 0; i < 2'500; i += 3) reports.push_back({"example.com/a" + std::to_string(i), "id", 1});
  REQUIRE(db->record_shares(reports));
  reports.clear();
  for (int i = 0; i < 2'500; ++i) reports.push_back({"example.com/a" + std::to_string(i), "id", 1});
  const auto recorded = db->record_shares(reports);
  REQUIRE(recorded);
  REQUIRE(recorded->fresh.size() == reports.size());
  int wrong = 0;
  for (std::size_t i = 0; i < reports.size(); ++i)
    if (recorded->fresh[i] != (i % 3 != 0)) ++wrong;
  CHECK(wrong == 0);
  CHECK(recorded->repeated == 834);
}

TEST_CASE("Shares and batches add to the same link", "[store]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(db->record_shares(std::vector<share_report>{{"example.com/a", "id-1", 2}}));
  REQUIRE(node.bring(*db, {{"example.com/a", {4, 1, 2}}}));
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

TEST_CASE("Whatever readers send, a reported share is known again, and the other way round", "[store]") {
  EACH_STORE();
  const auto [of_one, of_many] = GENERATE(std::pair{shared_by::application, shared_by::reader},
                                          std::pair{shared_by::reader, shared_by::application});
  const std::vector<share_report> one{{"example.com/a", "the-share", 1, of_one}};
  REQUIRE(db->record_shares(one));
  std::vector<share_report> many;
  for (int i = 0; i < 300; ++i) many.push_back({"example.com/a", fmt::format("id-{}", i), 1, of_many});
  REQUIRE(db->record_shares(many));
  CHECK(db->record_shares(one)->repeated == 1);
  const auto newest = db->record_shares(std::vector(many.end() - recent_shares_kept, many.end()));
  CHECK(newest->repeated == recent_shares_kept);
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 301});
}

TEST_CASE("A reader's share from before readers' were apart is known among the reported ones", "[store]") {
  EACH_STORE();
  REQUIRE(db->record_shares(std::vector<share_report>{{"example.com/a", "id-1", 1}}));
  const auto again = db->record_shares(std::vector<share_report>{
      {"example.com/a", "id-1", 1, shared_by::reader}, {"example.com/a", "id-2", 1, shared_by::reader}});
  REQUIRE(again);
  CHECK(again->fresh == std::vector<bool>{false, true});
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 2});
}

TEST_CASE("A reader who sends the id of a report before it comes keeps it from no count", "[store]") {
  EACH_STORE();
  REQUIRE(db->record_shares(std::vector<share_report>{{"example.com/a", "id-1", 1, shared_by::reader}}));
  const std::vector<share_report> report{{"example.com/a", "id-1", 5}};
  CHECK(db->record_shares(report)->counted == 1);
  CHECK(db->record_shares(report)->repeated == 1);
  CHECK(count_of(*db, "example.com/a") == tally{0, 0, 6});
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

TEST_CASE("The first key that is proposed is every node's", "[store]") {
  EACH_STORE();
  const std::string first(64, 'a');
  CHECK(db->share_key(first).value() == first);
  const auto other = place->open();
  CHECK(other->share_key(std::string(64, 'b')).value() == first);
  CHECK(all_of(*db).empty());
}

TEST_CASE("Nodes that start at once get one key", "[store][concurrent]") {
  EACH_STORE();
  constexpr std::size_t nodes = 3;
  std::barrier start_line{static_cast<std::ptrdiff_t>(nodes)};
  std::array<std::string, nodes> keys;
  const auto run = [&](std::size_t node) {
    const auto own = place->open();
    start_line.arrive_and_wait();
    if (const auto key = own->share_key(std::string(64, static_cast<char>('a' + node)))) keys[node] = *key;
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < nodes; ++i) threads.emplace_back(run, i);
  run(0);
  for (auto& thread : threads) thread.join();
  CHECK(keys[0].size() == 64);
  CHECK(keys == std::array<std::string, nodes>{keys[0], keys[0], keys[0]});
}

TEST_CASE("Setting replaces what was there", "[store]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"example.com/a", {5, 2, 1}}}));
  fold_all(*db);
  REQUIRE(
      db->set(std::vector<stored_link>{{"example.com/a", {100, 50, 25}}, {"example.com/new", {1, 2, 3}}}));
  CHECK(count_of(*db, "example.com/a") == tally{100, 50, 25});
  CHECK(count_of(*db, "example.com/new") == tally{1, 2, 3});
  REQUIRE(node.bring(*db, {{"example.com/a", {1, 1, 1}}}, std::nullopt));
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
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, links));
  fold_all(*db);

  std::sort(keys.begin(), keys.end());
  std::vector<std::string> visited;
  REQUIRE(db->for_each([&](const stored_link& link) { visited.push_back(link.key); }));
  CHECK(visited == keys);
}

TEST_CASE("Counts come back in the order of the keys, nothing for unknown ones", "[store]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"example.com/a", {1, 0, 0}}, {"example.com/b", {2, 0, 0}}}));
  fold_all(*db);
  const auto found = db->find(std::vector<std::string>{"example.com/b", "unknown.example/", "example.com/a",
                                                       "example.com/b", "example.com/A"});
  REQUIRE(found);
  CHECK(*found == std::vector<std::optional<tally>>{tally{2, 0, 0}, {}, tally{1, 0, 0}, tally{2, 0, 0}, {}});
  CHECK(db->find({})->empty());
}

TEST_CASE("A store that is there answers a ping", "[store]") {
  EACH_STORE();
  CHECK(db->ping());
  CHECK(db->kind() == store_kind);
}
