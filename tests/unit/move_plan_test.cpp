// What moves make of links, worked out without a store.

#include "button/store/move_plan.hpp"

#include "tests/unit/print_store.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace buttond;

namespace {

using links = std::map<std::string, movable_link>;

/// Makes `moves` among these links, which are as they stand afterwards.
std::vector<link_moved> make(links& all, const std::vector<link_move>& moves) {
  move_plan plan(moves);
  for (auto keys = plan.unread(); !keys.empty(); keys = plan.unread())
    for (const auto& key : keys) plan.add(key, all[key]);
  auto moved = plan.run();
  for (const auto& [key, link] : plan.links()) {
    all[key] = link;
    all[key].changed = false;
  }
  return moved;
}

movable_link counted(const tally& counts) {
  movable_link link;
  link.counts = counts;
  return link;
}

movable_link moved_link(const std::string& to) {
  movable_link link;
  link.moved_to = to;
  return link;
}

std::vector<std::string> ids(const std::string& prefix, int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back(fmt::format("{}-{}", prefix, i));
  return all;
}

}  // namespace

TEST_CASE("A move adds the counts to the other link and leaves none", "[move]") {
  links all{{"a", counted({5, 2, 1})}, {"b", counted({50, 20, 10})}};
  const auto moved = make(all, {{"a", "b"}});
  REQUIRE(moved.size() == 1);
  CHECK(moved[0].to == "b");
  CHECK(moved[0].counts == tally{5, 2, 1});
  CHECK(all["a"].counts == tally{});
  CHECK(all["a"].moved_to == "b");
  CHECK(all["b"].counts == tally{55, 22, 11});
  CHECK(all["b"].moved_to.empty());
}

TEST_CASE("A move that is made again changes nothing, and moves what came meanwhile", "[move]") {
  links all{{"a", counted({5, 2, 1})}};
  const std::vector<link_move> moves{{"a", "b"}};
  make(all, moves);
  move_plan again(moves);
  for (auto keys = again.unread(); !keys.empty(); keys = again.unread())
    for (const auto& key : keys) again.add(key, all[key]);
  CHECK(again.run()[0].counts == tally{});
  for (const auto& [key, link] : again.links()) CHECK_FALSE(link.changed);

  all["a"].counts = {1, 0, 0};
  CHECK(make(all, moves)[0].counts == tally{1, 0, 0});
  CHECK(all["b"].counts == tally{6, 2, 1});
}

TEST_CASE("A link moves to the end of the other one's way", "[move]") {
  links all{
      {"a", counted({1, 0, 0})}, {"b", moved_link("c")}, {"c", moved_link("d")}, {"d", counted({10, 0, 0})}};
  CHECK(make(all, {{"a", "b"}})[0].to == "d");
  CHECK(all["a"].moved_to == "d");
  CHECK(all["d"].counts == tally{11, 0, 0});
  CHECK(all["b"].moved_to == "c");
}

TEST_CASE("A chain in any order ends in its last link", "[move]") {
  const std::vector<link_move> forward{{"a", "b"}, {"b", "c"}, {"c", "d"}};
  const std::vector<link_move> backward{forward.rbegin(), forward.rend()};
  for (const auto& moves : {forward, backward}) {
    links all{{"a", counted({1, 1, 1})}, {"b", counted({2, 2, 2})}, {"c", counted({4, 4, 4})}};
    make(all, moves);
    CHECK(all["d"].counts == tally{7, 7, 7});
    for (const auto* key : {"a", "b", "c"}) {
      CHECK(all[key].counts == tally{});
      CHECK(all[key].moved_to == "d");
    }
  }
}

TEST_CASE("A link that moves back is one of its own again", "[move]") {
  links all{{"a", counted({5, 0, 0})}, {"b", counted({1, 0, 0})}};
  make(all, {{"a", "b"}});
  CHECK(make(all, {{"b", "a"}})[0].counts == tally{6, 0, 0});
  CHECK(all["a"].counts == tally{6, 0, 0});
  CHECK(all["a"].moved_to.empty());
  CHECK(all["b"].moved_to == "a");

  // Over a third one, which goes on leading to where the counts are.
  links three{{"a", counted({5, 0, 0})}};
  make(three, {{"a", "b"}});
  make(three, {{"b", "c"}});
  make(three, {{"c", "a"}});
  CHECK(three["a"].counts == tally{5, 0, 0});
  CHECK(three["a"].moved_to.empty());
  CHECK(three["b"].moved_to == "c");
  CHECK(three["c"].moved_to == "a");
}

TEST_CASE("Pairs in a circle lose nothing", "[move]") {
  links all{{"a", counted({1, 0, 0})}, {"b", counted({10, 0, 0})}, {"c", counted({100, 0, 0})}};
  make(all, {{"a", "b"}, {"b", "c"}, {"c", "a"}});
  CHECK(all["a"].counts == tally{111, 0, 0});
  CHECK(all["a"].moved_to.empty());
  CHECK(all["b"].counts == tally{});
  CHECK(all["c"].counts == tally{});
}

TEST_CASE("A circle that another program wrote is opened", "[move]") {
  links all{{"a", counted({1, 0, 0})}, {"b", moved_link("c")}, {"c", moved_link("b")}};
  CHECK(make(all, {{"a", "b"}})[0].to == "b");
  CHECK(all["b"].counts == tally{1, 0, 0});
  CHECK(all["b"].moved_to.empty());
  CHECK(all["c"].moved_to == "b");
}

TEST_CASE("A link that moves on elsewhere takes along what came since", "[move]") {
  links all{{"a", counted({5, 0, 0})}};
  make(all, {{"a", "b"}});
  all["a"].counts = {2, 0, 0};
  CHECK(make(all, {{"a", "c"}})[0].counts == tally{2, 0, 0});
  CHECK(all["a"].moved_to == "c");
  CHECK(all["b"].counts == tally{5, 0, 0});
  CHECK(all["c"].counts == tally{2, 0, 0});
}

TEST_CASE("Links that were never counted move too", "[move]") {
  links all;
  CHECK(make(all, {{"a", "b"}})[0].counts == tally{});
  CHECK(all["a"].moved_to == "b");
}

TEST_CASE("What has come to a moved link goes where it has moved", "[move]") {
  links all{{"a", counted({5, 0, 0})}, {"own", counted({7, 0, 0})}};
  all["a"].moved_to = "b";
  const auto moved = make(all, {{"a", ""}, {"own", ""}});
  CHECK(moved[0].to == "b");
  CHECK(moved[0].counts == tally{5, 0, 0});
  CHECK(moved[1].to == "own");
  CHECK(moved[1].counts == tally{});
  CHECK(all["b"].counts == tally{5, 0, 0});
  CHECK(all["own"].counts == tally{7, 0, 0});
}

TEST_CASE("A sum of a move that does not fit stays at the greatest number", "[move]") {
  constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
  links all{{"a", counted({greatest, 1, 1})}, {"b", counted({5, greatest, greatest - 1})}};
  make(all, {{"a", "b"}});
  CHECK(all["b"].counts == tally{greatest, greatest, greatest});
}

TEST_CASE("A negative count, which another program wrote, is not moved", "[move]") {
  links all{{"a", counted({-5, 2, 0})}, {"b", counted({10, 0, 0})}};
  CHECK(make(all, {{"a", "b"}})[0].counts == tally{0, 2, 0});
  CHECK(all["b"].counts == tally{10, 2, 0});
}

TEST_CASE("The ids of shares go along, the newest of both links", "[move]") {
  links all{{"a", {}}, {"b", {}}};
  all["a"].recent = {"a-0", "both", "a-1"};
  all["b"].recent = {"b-0", "both"};
  all["a"].recent_readers = ids("a", 300);
  all["b"].recent_readers = ids("b", 256);
  make(all, {{"a", "b"}});
  CHECK(all["a"].recent.empty());
  CHECK(all["a"].recent_readers.empty());
  CHECK(all["b"].recent.size() == 4);
  CHECK(all["b"].recent.back() == "both");
  const auto& readers = all["b"].recent_readers;
  REQUIRE(readers.size() == 256);
  CHECK(std::count(readers.begin(), readers.end(), "a-299") == 1);
  CHECK(std::count(readers.begin(), readers.end(), "a-172") == 1);
  CHECK(std::count(readers.begin(), readers.end(), "b-255") == 1);
  CHECK(std::count(readers.begin(), readers.end(), "b-128") == 1);
  CHECK(readers.back() == "b-255");
}
