// Two processes under one node's name, gaps and marks in MongoDB, beyond what every store promises.

#include "button/store/mongodb_store.hpp"
#include "tests/unit/batches.hpp"
#include "tests/unit/mongodb_of_tests.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <random>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

std::int64_t set_aside_impressions(store& in) {
  std::int64_t sum = 0;
  for (const auto& item : refused_of(in)) sum += item.counts.impressions;
  return sum;
}

}  // namespace

TEST_CASE("A process that went on far ahead under the same name is noticed at the mark", "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  mongodb_store db(database.uri());
  test_node one{"node-1"};
  REQUIRE(one.bring(db, {{"example.com/a", {1, 0, 0}}}));
  auto two = one.copy("another");
  for (int i = 0; i < 5; ++i) REQUIRE(one.bring(db, {{"example.com/a", {1, 0, 0}}}));
  fold_all(db);
  const auto report = two.bring(db, {{"example.com/a", {100, 0, 0}}});
  REQUIRE(report);
  CHECK(report->name_taken);
  CHECK(report->set_aside == tally{100, 0, 0});
  CHECK(count_of(db, "example.com/a") == tally{6, 0, 0});
  CHECK(database.documents("batches").empty());
}

TEST_CASE("A fork whose numbers never meet the mark is noticed by its chain of sums", "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  mongodb_store db(database.uri());
  test_node one{"node-1"};
  REQUIRE(one.bring(db, {{"example.com/a", {1, 0, 0}}}));
  auto two = one.copy("another");
  REQUIRE(one.bring(db, {{"example.com/a", {1, 0, 0}}}));
  static_cast<void>(
      two.make({{"example.com/a", {100, 0, 0}}}));  // lost on its way: the same number as the last
  REQUIRE(two.bring(db, {{"example.com/a", {1'000, 0, 0}}}));
  REQUIRE(two.bring(db, {{"example.com/a", {1'000, 0, 0}}}));
  CHECK(count_of(db, "example.com/a") == tally{2, 0, 0});
  CHECK(set_aside_impressions(db) == 2'000);
  CHECK(fold_all(db).waiting == 0);
  // What comes later of that process is told so, though the fold has set aside what it follows.
  const auto report = two.bring(db, {{"example.com/a", {1'000, 0, 0}}});
  CHECK(report->name_taken);
  CHECK(report->set_aside == tally{1'000, 0, 0});
}

TEST_CASE("Two processes under one name lose and double nothing, however they mix", "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const auto seed = GENERATE(range(0u, 12u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const mongodb_database database;
  mongodb_store db(database.uri());
  test_node first{"node-1"};
  std::int64_t brought = 0;
  const auto bring_some = [&](test_node& node) {
    std::vector<owned_batch> some;
    for (auto more = 1 + random() % 3; more > 0; --more) {
      some.push_back(node.make({{"example.com/a", {1, 0, 0}}}));
      ++brought;
    }
    const auto report = bring(db, some);
    REQUIRE(report);
    CHECK(report->name_taken == (report->set_aside_batches != 0));
    return report->name_taken;
  };
  bring_some(first);
  auto second = first.copy("another");
  for (int renamed = 0, steps = 0; renamed < 2 && steps < 40; ++steps) {
    const auto what = random() % 3;
    if (what == 2) REQUIRE(db.fold(fold_turn::at_once));
    if (what != 2 && bring_some(what == 0 ? first : second)) {
      (what == 0 ? first : second) = test_node{fmt::format("node-{}", 2 + renamed)};
      ++renamed;
    }
  }
  const auto left = fold_all(db);
  CHECK(left.waiting == 0);
  CHECK(left.set_aside > 0);
  CHECK(count_of(db, "example.com/a")->impressions + set_aside_impressions(db) == brought);
}

TEST_CASE("A batch that has waited for an hour for the one before it is told of, and never guessed",
          "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  mongodb_store db(database.uri());
  test_node node{"node-1"};
  const auto lost = node.make({{"example.com/a", {1, 0, 0}}});
  auto old = node.make({{"example.com/a", {10, 0, 0}}});
  old.closed_at -= 61min;
  auto young = node.make({{"example.com/a", {100, 0, 0}}});
  REQUIRE(bring(db, {old, young}));
  const auto left = fold_all(db);
  CHECK(left.waiting == 2);
  CHECK(left.gaps == 1);
  CHECK(left.oldest == old.closed_at);
  CHECK_FALSE(count_of(db, "example.com/a"));

  SECTION("it is counted when that one comes after all") {
    REQUIRE(bring(db, lost));
    CHECK(count_of(db, "example.com/a") == tally{111, 0, 0});
  }
  SECTION("it is counted when the operator says that there is none to come") {
    database.run(
        R"({"update": "fold", "updates": [{"q": {"_id": "fold"}, "u": {"$set": {"marks.node-1":
            {"number": {"$numberLong": "1"}, "sum": "", "at": {"$date": "2026-11-03T00:00:00Z"}}}}}]})");
    CHECK(count_of(db, "example.com/a") == tally{110, 0, 0});
  }
  CHECK(fold_all(db).gaps == 0);
}

TEST_CASE("A node's mark goes 400 days after its last batch, and not while one of its batches waits",
          "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  mongodb_store db(database.uri());
  test_node gone{"gone"};
  test_node back{"back"};
  test_node here{"here"};
  for (auto* node : {&gone, &back, &here}) REQUIRE(node->bring(db, {{"example.com/a", {1, 0, 0}}}));
  fold_all(db);
  database.run(
      R"({"update": "fold", "updates": [{"q": {}, "u": [{"$set": {
          "marks.gone.at": {"$subtract": ["$$NOW", 34646400000]},
          "marks.back.at": {"$subtract": ["$$NOW", 34646400000]},
          "marks.here.at": {"$subtract": ["$$NOW", 34473600000]}}}]}]})");
  REQUIRE(back.bring(db, {{"example.com/a", {10, 0, 0}}}));
  REQUIRE(here.bring(db, {{"example.com/a", {100, 0, 0}}}));
  CHECK(count_of(db, "example.com/a") == tally{113, 0, 0});
  const auto marks = database.documents("fold").at(0).at("marks").as_object();
  CHECK_FALSE(marks.contains("gone"));
  CHECK(marks.contains("back"));
  CHECK(marks.contains("here"));
}

TEST_CASE("Folds go on where the collection 'fold' was dropped", "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  mongodb_store db(database.uri());
  test_node node{"node-1"};
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  fold_all(db);
  database.run(R"({"drop": "fold"})");
  test_node other{"node-2"};
  REQUIRE(other.bring(db, {{"example.com/a", {10, 0, 0}}}));
  CHECK(count_of(db, "example.com/a") == tally{11, 0, 0});
}

TEST_CASE("A document 'fold' that another program broke fails the fold, and says so", "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  database.run(R"({"insert": "fold", "documents": [{"_id": "fold", "n": "many", "take": 5}]})");
  mongodb_store db(database.uri());
  CHECK(db.fold(fold_turn::in_turn).error() == errc::store_refused);
}
