// What every store promises of links that move (button/store/store.hpp), checked against each kind that is
// there.

#include "button/store/store.hpp"
#include "tests/unit/batches.hpp"
#include "tests/unit/store_places.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace buttond;
using namespace buttond::testing;

namespace {

link_moved move(store& in, const std::string& from, const std::string& to) {
  const std::vector<link_move> one{{from, to}};
  const auto moved = in.move(one, move_mode::real);
  REQUIRE(moved);
  REQUIRE(moved->size() == 1);
  return moved->front();
}

/// All links as they stand: counts, and where they have moved.
std::map<std::string, std::pair<tally, std::string>> all_of(store& from) {
  fold_all(from);
  std::map<std::string, std::pair<tally, std::string>> links;
  REQUIRE(from.for_each([&](const stored_link& link) { links[link.key] = {link.counts, link.moved_to}; }));
  return links;
}

}  // namespace

TEST_CASE("A moved link answers with the other one's counts", "[store][move]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"a.example/x", {5, 2, 0}}, {"b.example/x", {50, 20, 0}}}));
  REQUIRE(
      db->record_shares(std::vector<share_report>{{"a.example/x", "id-1", 1}, {"b.example/x", "id-2", 10}}));
  fold_all(*db);
  const auto moved = move(*db, "a.example/x", "b.example/x");
  CHECK(moved.to == "b.example/x");
  CHECK(moved.counts == tally{5, 2, 1});
  CHECK(count_of(*db, "a.example/x") == tally{55, 22, 11});
  CHECK(count_of(*db, "b.example/x") == tally{55, 22, 11});
  const auto links = all_of(*db);
  CHECK(links.at("a.example/x") == std::pair{tally{}, std::string{"b.example/x"}});
  CHECK(links.at("b.example/x") == std::pair{tally{55, 22, 11}, std::string{}});
  CHECK(move(*db, "a.example/x", "b.example/x").counts == tally{});
  CHECK(all_of(*db) == links);
}

TEST_CASE("A moved link that was never counted answers with the other one's counts", "[store][move]") {
  EACH_STORE();
  CHECK(move(*db, "old.example/", "new.example/").counts == tally{});
  CHECK(count_of(*db, "old.example/") == tally{});
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"new.example/", {3, 0, 0}}}));
  CHECK(count_of(*db, "old.example/") == tally{3, 0, 0});
}

TEST_CASE("What comes for a moved link counts for the other one", "[store][move]") {
  EACH_STORE();
  move(*db, "a.example/x", "b.example/x");
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"a.example/x", {1, 1, 0}}, {"b.example/x", {10, 0, 0}}}));
  REQUIRE(node.bring(*db, {{"a.example/x", {0, 0, 7}}}, std::nullopt));
  REQUIRE(db->record_shares(std::vector<share_report>{{"a.example/x", "id-1", 100}}));
  CHECK(count_of(*db, "b.example/x") == tally{11, 1, 107});
  CHECK(count_of(*db, "a.example/x") == tally{11, 1, 107});
  CHECK(all_of(*db).at("a.example/x").first == tally{});
}

TEST_CASE("What waited when a link moved counts for the other one", "[store][move]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"a.example/x", {5, 0, 0}}, {"b.example/x", {10, 0, 0}}}));
  move(*db, "a.example/x", "b.example/x");
  CHECK(count_of(*db, "b.example/x") == tally{15, 0, 0});
  CHECK(all_of(*db).at("a.example/x").first == tally{});
}

TEST_CASE("A share that is reported on both sides of a move counts once", "[store][move]") {
  EACH_STORE();
  const auto by = GENERATE(shared_by::application, shared_by::reader);
  const std::vector<share_report> old{{"a.example/x", "id-1", 1, by}};
  REQUIRE(db->record_shares(old));
  move(*db, "a.example/x", "b.example/x");
  CHECK(db->record_shares(old)->repeated == 1);
  CHECK(db->record_shares(std::vector<share_report>{{"b.example/x", "id-1", 1, by}})->repeated == 1);
  const auto fresh = db->record_shares(std::vector<share_report>{
      {"a.example/x", "id-2", 1, by}, {"b.example/x", "id-2", 1, by}, {"a.example/x", "id-1", 1, by}});
  REQUIRE(fresh);
  CHECK(fresh->counted == 1);
  CHECK(fresh->repeated == 2);
  CHECK(count_of(*db, "a.example/x") == tally{0, 0, 2});
  move(*db, "b.example/x", "a.example/x");
  CHECK(db->record_shares(old)->repeated == 1);
  CHECK(count_of(*db, "b.example/x") == tally{0, 0, 2});
}

TEST_CASE("Links that moved on in steps are all at the last one", "[store][move]") {
  EACH_STORE();
  constexpr int steps = 120;
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"example.com/0", {7, 0, 0}}}));
  fold_all(*db);
  for (int i = 0; i < steps; ++i)
    move(*db, fmt::format("example.com/{}", i), fmt::format("example.com/{}", i + 1));
  REQUIRE(node.bring(*db, {{"example.com/60", {100, 0, 0}}}));
  REQUIRE(db->record_shares(std::vector<share_report>{{"example.com/0", "id-1", 1}}));
  fold_all(*db);
  CHECK(count_of(*db, "example.com/0") == tally{107, 0, 1});
  CHECK(all_of(*db).at("example.com/120").first == tally{107, 0, 1});
}

TEST_CASE("A dry run says what would be moved and moves nothing", "[store][move]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"a.example/x", {5, 2, 0}}}));
  fold_all(*db);
  const std::vector<link_move> moves{{"a.example/x", "b.example/x"}, {"b.example/x", "c.example/x"}};
  const auto moved = db->move(moves, move_mode::dry_run);
  REQUIRE(moved);
  CHECK((*moved)[0].counts == tally{5, 2, 0});
  CHECK((*moved)[1].counts == tally{5, 2, 0});
  const auto links = all_of(*db);
  CHECK(links.size() == 1);
  CHECK(links.at("a.example/x") == std::pair{tally{5, 2, 0}, std::string{}});
}

TEST_CASE("A link that is set is one of its own again", "[store][move]") {
  EACH_STORE();
  move(*db, "a.example/x", "b.example/x");
  REQUIRE(db->set(std::vector<stored_link>{{"a.example/x", {1, 2, 3}}}));
  CHECK(count_of(*db, "a.example/x") == tally{1, 2, 3});
  CHECK(count_of(*db, "b.example/x") == tally{});
}

TEST_CASE("No moves are none", "[store][move]") {
  EACH_STORE();
  const auto moved = db->move({}, move_mode::real);
  REQUIRE(moved);
  CHECK(moved->empty());
}

TEST_CASE("Two who move the same links at once, among batches and shares, lose and double nothing",
          "[store][move][concurrent]") {
  EACH_STORE();
  constexpr int links = 20;
  constexpr int rounds = 40;
  const auto old_key = [](int i) { return fmt::format("old.example/{}", i); };
  const auto new_key = [](int i) { return fmt::format("new.example/{}", i); };
  std::array<int, 3> failures{};
  const auto moves = [&](std::size_t mover) {
    const auto own = place->open();
    for (int round = 0; round < rounds; ++round) {
      std::vector<link_move> there;
      for (int i = 0; i < links; ++i)
        there.push_back(round % 2 == 0 ? link_move{old_key(i), new_key(i)}
                                       : link_move{new_key(i), old_key(i)});
      const auto moved = own->move(there, move_mode::real);
      if (!moved && moved.error() != errc::store_timeout) ++failures[mover];
    }
  };
  std::thread one{moves, 0};
  std::thread other{moves, 1};
  test_node node{"node-1"};
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::string> keys;
    std::vector<link_delta> deltas;
    std::vector<share_report> reports;
    for (int i = 0; i < links; ++i) {
      keys.push_back(old_key(i));
      keys.push_back(new_key(i));
      reports.push_back({i % 2 == 0 ? old_key(i) : new_key(i), fmt::format("id-{}", round), 1});
    }
    for (const auto& key : keys) deltas.push_back({key, {1, 0, 0}});
    if (!node.bring(*db, deltas)) ++failures[2];
    static_cast<void>(db->fold(fold_turn::at_once));
    // As whoever reports them does, until they are known.
    for (int tries = 0; tries < 20 && !db->record_shares(reports); ++tries)
      failures[2] += tries == 19 ? 1 : 0;
  }
  one.join();
  other.join();
  CHECK(failures == std::array<int, 3>{});
  fold_all(*db);
  tally sum;
  for (const auto& [key, link] : all_of(*db)) sum += link.first;
  CHECK(sum == tally{std::int64_t{2} * links * rounds, 0, std::int64_t{links} * rounds});
}
