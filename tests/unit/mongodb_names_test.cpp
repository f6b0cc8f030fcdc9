// Two processes under one node's name, gaps and marks in MongoDB, beyond what every store promises.

#include "button/store/mongodb_store.hpp"
#include "tests/unit/on_mongodb.hpp"

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

TEST_CASE_METHOD(on_mongodb, "A process that went on far ahead under the same name is noticed at the mark",
                 "[store][mongodb]") {
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  auto other = node.copy("another");
  for (int i = 0; i < 5; ++i) REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  fold_all(db);
  const auto report = other.bring(db, {{"example.com/a", {100, 0, 0}}});
  REQUIRE(report);
  CHECK(report->name_taken);
  CHECK(report->set_aside == tally{100, 0, 0});
  CHECK(count_of(db, "example.com/a") == tally{6, 0, 0});
  CHECK(database.documents("batches").empty());
}

TEST_CASE_METHOD(on_mongodb, "A fork whose numbers never meet the mark is noticed by its chain of sums",
                 "[store][mongodb]") {
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  auto other = node.copy("another");
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  static_cast<void>(
      other.make({{"example.com/a", {100, 0, 0}}}));  // lost on its way: the same number as the last
  REQUIRE(other.bring(db, {{"example.com/a", {1'000, 0, 0}}}));
  REQUIRE(other.bring(db, {{"example.com/a", {1'000, 0, 0}}}));
  CHECK(count_of(db, "example.com/a") == tally{2, 0, 0});
  CHECK(set_aside_impressions(db) == 2'000);
  CHECK(fold_all(db).waiting == 0);
  // What comes later of that process is told so, though the fold has set aside what it follows.
  const auto report = other.bring(db, {{"example.com/a", {1'000, 0, 0}}});
  CHECK(report->name_taken);
  CHECK(report->set_aside == tally{1'000, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "Two processes under one name lose and double nothing, however they mix",
                 "[store][mongodb]") {
  const auto seed = GENERATE(range(0u, 12u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  test_node first{"node-1"};
  std::int64_t brought = 0;
  const auto bring_some = [&](test_node& of) {
    std::vector<owned_batch> some;
    for (auto more = 1 + random() % 3; more > 0; --more) {
      some.push_back(of.make({{"example.com/a", {1, 0, 0}}}));
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

TEST_CASE_METHOD(on_mongodb,
                 "A batch that has waited for an hour for the one before it is told of, and never guessed",
                 "[store][mongodb]") {
  const auto lost = node.make({{"example.com/a", {1, 0, 0}}});
  auto old = node.make({{"example.com/a", {10, 0, 0}}});
  old.closed_at -= 61min;
  auto young = node.make({{"example.com/a", {100, 0, 0}}});
  REQUIRE(bring(db, {old, young}));
  const auto left = fold_all(db);
  CHECK(left.waiting == 2);
  CHECK(left.gaps == 1);
  CHECK(left.oldest > 60min);
  CHECK(left.oldest < 70min);
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

TEST_CASE_METHOD(on_mongodb,
                 "A node's mark goes 400 days after its last batch, and not while one of its batches waits",
                 "[store][mongodb]") {
  test_node gone{"gone"};
  test_node back{"back"};
  test_node here{"here"};
  for (auto* each : {&gone, &back, &here}) REQUIRE(each->bring(db, {{"example.com/a", {1, 0, 0}}}));
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

TEST_CASE_METHOD(on_mongodb, "Folds go on where the collection 'fold' was dropped", "[store][mongodb]") {
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  fold_all(db);
  database.run(R"({"drop": "fold"})");
  test_node other{"node-2"};
  REQUIRE(other.bring(db, {{"example.com/a", {10, 0, 0}}}));
  CHECK(count_of(db, "example.com/a") == tally{11, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "A document 'fold' that another program broke fails the fold, and says so",
                 "[store][mongodb]") {
  database.run(R"({"insert": "fold", "documents": [{"_id": "fold", "n": "many", "take": 5}]})");
  CHECK(db.fold(fold_turn::in_turn).error() == errc::store_refused);
}

TEST_CASE_METHOD(on_mongodb, "A copy of what is folded already is known by the sums of what follows",
                 "[store][mongodb]") {
  std::vector<owned_batch> all;
  for (int i = 0; i < 5; ++i) all.push_back(node.make({{"example.com/a", {1, 0, 0}}}));
  std::vector<batch> views;
  for (const auto& b : all) views.push_back(b.view());
  REQUIRE(db.bring(views, {}).has_value());
  fold_all(db);

  const std::span<const batch> copy(views);
  const auto proved = db.bring(copy.first(2), copy.subspan(2));
  REQUIRE(proved.has_value());
  CHECK_FALSE(proved->name_taken);
  const auto end = db.bring(copy.subspan(2), {});
  REQUIRE(end.has_value());
  CHECK_FALSE(end->name_taken);
  CHECK(count_of(db, "example.com/a") == tally{5, 0, 0});
  CHECK(refused_of(db).empty());

  // Nothing proves this one.
  CHECK(db.bring(copy.first(2), copy.subspan(2, 1))->name_taken);
  CHECK(count_of(db, "example.com/a") == tally{5, 0, 0});
}
