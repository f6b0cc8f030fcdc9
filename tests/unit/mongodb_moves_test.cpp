// Links that move in MongoDB: their documents, and folds that are cut off beside moves.

#include "tests/unit/on_mongodb.hpp"
#include "tests/unit/print_store.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::testing;

namespace {

void move(store& in, const std::string& from, const std::string& to) {
  const std::vector<link_move> one{{from, to}};
  REQUIRE(in.move(one, move_mode::real));
}

tally sum_of(store& from) {
  tally sum;
  REQUIRE(from.for_each([&](const stored_link& link) { sum += link.counts; }));
  return sum;
}

}  // namespace

TEST_CASE_METHOD(on_mongodb, "The documents of a moved link and of the other one", "[store][mongodb][move]") {
  REQUIRE(node.bring(db, {{"a.example/x", {5, 2, 0}}}));
  REQUIRE(db.record_shares(
      std::vector<share_report>{{"a.example/x", "id-1", 1}, {"a.example/x", "id-2", 1, shared_by::reader}}));
  fold_all(db);
  move(db, "a.example/x", "b.example/x");
  auto documents = database.documents("links");
  REQUIRE(documents.size() == 2);
  CHECK(documents[0].as_object().erase("folded") == 1);
  CHECK(documents[0] == boost::json::parse(R"({"_id": "a.example/x", "site": "a.example",
      "impressions": {"$numberLong": "0"}, "clicks": {"$numberLong": "0"}, "shares": {"$numberLong": "0"},
      "moved_to": "b.example/x"})"));
  CHECK(documents[1] == boost::json::parse(R"({"_id": "b.example/x", "site": "b.example",
      "impressions": {"$numberLong": "5"}, "clicks": {"$numberLong": "2"}, "shares": {"$numberLong": "2"},
      "folded": {"$numberLong": "0"}, "recent": ["id-1"], "recent_readers": ["id-2"]})"));
  move(db, "b.example/x", "a.example/x");
  CHECK_FALSE(database.documents("links")[0].as_object().contains("moved_to"));
}

TEST_CASE_METHOD(on_mongodb, "The main application's own fields stay where they are",
                 "[store][mongodb][move]") {
  REQUIRE(node.bring(db, {{"a.example/x", {5, 2, 0}}, {"b.example/x", {1, 0, 0}}}));
  fold_all(db);
  database.run(
      R"({"update": "links", "updates": [{"q": {}, "u": {"$set": {"title": "A"}}, "multi": true}]})");
  move(db, "a.example/x", "b.example/x");
  for (const auto& document : database.documents("links")) CHECK(document.at("title") == "A");
}

TEST_CASE_METHOD(on_mongodb, "A fold that dies at any step beside a move counts once",
                 "[store][mongodb][move]") {
  const auto step =
      GENERATE(fold_step::decided, fold_step::links_added, fold_step::days_added, fold_step::deleted);
  const bool moved_before = GENERATE(false, true);
  CAPTURE(static_cast<int>(step), moved_before);
  REQUIRE(node.bring(db, {{"a.example/x", {1, 0, 0}}, {"b.example/x", {1, 0, 0}}}));
  fold_all(db);
  if (moved_before) move(db, "a.example/x", "b.example/x");
  REQUIRE(node.bring(
      db, {{"a.example/x", {10, 0, 0}}, {"b.example/x", {10, 0, 0}}, {"c.example/x", {10, 0, 0}}}));
  mongodb_store dies(database.uri(), [&](fold_step now) -> result<void> {
    if (now == step) return errc::store_unavailable;
    return {};
  });
  CHECK_FALSE(dies.fold(fold_turn::at_once));
  move(db, "a.example/x", "b.example/x");
  move(db, "c.example/x", "b.example/x");
  static_cast<void>(dies.fold(fold_turn::at_once));
  fold_all(db);
  CHECK(count_of(db, "b.example/x") == tally{32, 0, 0});
  CHECK(sum_of(db) == tally{32, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "What a fold added to a moved link when it died is moved on by the next one",
                 "[store][mongodb][move]") {
  move(db, "a.example/x", "b.example/x");
  REQUIRE(node.bring(db, {{"a.example/x", {10, 0, 0}}}));
  mongodb_store dies(database.uri(), [](fold_step now) -> result<void> {
    if (now == fold_step::decided) return errc::store_unavailable;
    return {};
  });
  CHECK_FALSE(dies.fold(fold_turn::at_once));
  // As that fold would leave it if it died between adding and moving on.
  database.run(fmt::format(R"({{"update": "links", "updates": [{{"q": {{"_id": "a.example/x"}},
      "u": {{"$set": {{"folded": {}, "impressions": {{"$numberLong": "10"}}}}}}}}]}})",
                           boost::json::serialize(database.documents("fold")[0].at("n"))));
  fold_all(db);
  CHECK(count_of(db, "b.example/x") == tally{10, 0, 0});
  CHECK(sum_of(db) == tally{10, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "A link that the database will not take is refused, and nothing is moved",
                 "[store][mongodb][move]") {
  REQUIRE(node.bring(db, {{"a.example/x", {5, 0, 0}}}));
  fold_all(db);
  database.run(R"({"collMod": "links", "validator": {"site": {"$ne": "b.example"}}})");
  const std::vector<link_move> moves{{"a.example/x", "c.example/x"}, {"a.example/x", "b.example/x"}};
  CHECK(db.move(moves, move_mode::real).error() == errc::store_refused);
  CHECK(count_of(db, "a.example/x") == tally{5, 0, 0});
  CHECK_FALSE(count_of(db, "c.example/x"));
  CHECK(db.move(std::span(moves).first(1), move_mode::real));
  CHECK(count_of(db, "c.example/x") == tally{5, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "A link that somebody is about to write is moved when he is done",
                 "[store][mongodb][move]") {
  REQUIRE(node.bring(db, {{"a.example/x", {5, 0, 0}}}));
  fold_all(db);
  database.begin(
      R"({"update": "links", "updates": [{"q": {"_id": "a.example/x"}, "u": {"$inc": {"shares": {"$numberLong": "1"}}}}]})");
  const std::vector<link_move> one{{"a.example/x", "b.example/x"}};
  CHECK(db.move(one, move_mode::real).error() == errc::store_timeout);
  database.commit();
  const auto moved = db.move(one, move_mode::real);
  REQUIRE(moved);
  CHECK(moved->front().counts == tally{5, 0, 1});
}
