// What MongoDB will not take: named, kept with its counts, tried again, and never in the way of the rest.

#include "button/store/mongodb_store.hpp"
#include "tests/unit/on_mongodb.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>

using namespace buttond;
using namespace buttond::testing;

namespace {

/// Makes `collection`, which takes only what this filter selects.
void make_strict(const mongodb_database& database, const std::string& collection, const std::string& filter) {
  database.run(fmt::format(R"({{"create": "{}", "validator": {}}})", collection, filter));
}

void take_all(const mongodb_database& database, const std::string& collection) {
  database.run(fmt::format(R"({{"collMod": "{}", "validator": {{}}}})", collection));
}

constexpr auto not_b = R"({"_id": {"$ne": "example.com/b"}})";

}  // namespace

TEST_CASE_METHOD(on_mongodb, "A link that the database refuses is kept, and all others are counted",
                 "[store][mongodb]") {
  make_strict(database, "links", not_b);
  REQUIRE(node.bring(
      db, {{"example.com/a", {1, 0, 0}}, {"example.com/b", {2, 3, 0}}, {"example.com/c", {4, 0, 0}}}));
  const auto report = fold_all(db);
  CHECK(report.batches == 1);
  CHECK(report.refused == 1);
  CHECK(report.waiting == 0);
  CHECK(report.set_aside == 1);
  CHECK(count_of(db, "example.com/a") == tally{1, 0, 0});
  CHECK_FALSE(count_of(db, "example.com/b"));
  CHECK(count_of(db, "example.com/c") == tally{4, 0, 0});
  CHECK(database.documents("site_days").at(0).at_pointer("/impressions/$numberLong") == "7");
  const auto items = refused_of(db);
  REQUIRE(items.size() == 1);
  CHECK(items[0].kind == "links");
  CHECK(items[0].first_key == "example.com/b");
  CHECK(items[0].links == 1);
  CHECK(items[0].counts == tally{2, 3, 0});
  CHECK_THAT(items[0].why, Catch::Contains("validation"));
}

TEST_CASE_METHOD(on_mongodb, "What was refused is counted once when the cause is gone", "[store][mongodb]") {
  make_strict(database, "links", not_b);
  for (int folds = 0; folds < 2; ++folds) {
    REQUIRE(node.bring(db, {{"example.com/b", {2, 3, 9}}}));
    fold_all(db);
  }
  REQUIRE(node.bring(db, {{"example.com/b", {10, 0, 5}}}, std::nullopt));
  fold_all(db);
  CHECK(refused_of(db).size() == 3);
  CHECK(db.retry_refused("").value() == 0);
  CHECK(refused_of(db).size() == 1);  // as one sum: the three are of the same link

  take_all(database, "links");
  CHECK(db.retry_refused("").value() == 1);
  CHECK(db.retry_refused("").value() == 0);
  CHECK(refused_of(db).empty());
  CHECK(count_of(db, "example.com/b") == tally{14, 6, 5});
  // The days had theirs at once.
  CHECK(database.documents("site_days").at(0).at_pointer("/impressions/$numberLong") == "4");
  CHECK(database.documents("site_days").at(0).at_pointer("/shares/$numberLong") == "18");
}

TEST_CASE_METHOD(on_mongodb, "One item of what was refused is tried again by its id", "[store][mongodb]") {
  make_strict(database, "links", R"({"other": 1})");
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}, {"example.com/b", {2, 0, 0}}}));
  fold_all(db);
  auto items = refused_of(db);
  REQUIRE(items.size() == 2);
  take_all(database, "links");
  const auto b = std::find_if(items.begin(), items.end(),
                              [](const auto& item) { return item.first_key == "example.com/b"; });
  REQUIRE(b != items.end());
  CHECK(db.retry_refused(b->id).value() == 1);
  CHECK_FALSE(count_of(db, "example.com/a"));
  CHECK(count_of(db, "example.com/b") == tally{2, 0, 0});
  CHECK(db.retry_refused(b->id).error() == errc::store_refused);
}

TEST_CASE_METHOD(on_mongodb, "What was refused is tried again after an hour", "[store][mongodb]") {
  make_strict(database, "links", not_b);
  REQUIRE(node.bring(db, {{"example.com/b", {2, 0, 0}}}));
  fold_all(db);
  take_all(database, "links");
  fold_all(db);
  CHECK_FALSE(count_of(db, "example.com/b"));
  database.run(
      R"({"update": "fold", "updates": [{"q": {}, "u": [{"$set": {"retried": {"$subtract": ["$retried", 3601000]}}}]}]})");
  fold_all(db);
  CHECK(count_of(db, "example.com/b") == tally{2, 0, 0});
  CHECK(refused_of(db).empty());
}

TEST_CASE_METHOD(on_mongodb, "A day that the database refuses is kept for the day alone",
                 "[store][mongodb]") {
  make_strict(database, "site_days", R"({"site": {"$ne": "b.example"}})");
  REQUIRE(
      node.bring(db, {{"a.example/1", {1, 0, 0}}, {"b.example/1", {2, 0, 0}}, {"b.example/2", {3, 0, 4}}}));
  CHECK(fold_all(db).refused == 1);
  const auto items = refused_of(db);
  REQUIRE(items.size() == 1);
  CHECK(items[0].kind == "site_days");
  CHECK(items[0].first_key == "b.example");
  CHECK(items[0].counts == tally{5, 0, 4});
  take_all(database, "site_days");
  CHECK(db.retry_refused("").value() == 1);
  CHECK(count_of(db, "b.example/2") == tally{3, 0, 0});
  CHECK_FALSE(count_of(db, "b.example"));
  CHECK(database.documents("site_days").at(1).at_pointer("/shares/$numberLong") == "4");
}

TEST_CASE_METHOD(on_mongodb, "A database that refuses every link stops nobody", "[store][mongodb]") {
  make_strict(database, "links", R"({"other": 1})");
  std::vector<std::string> keys;
  for (int i = 0; i < 1'700; ++i) keys.push_back(fmt::format("example.com/{:04}", i));
  for (std::size_t first = 0; first < keys.size(); first += 1'000) {
    std::vector<link_delta> links;
    for (auto i = first; i < std::min(first + 1'000, keys.size()); ++i) links.push_back({keys[i], {1, 0, 0}});
    REQUIRE(node.bring(db, links));
  }
  const auto report = fold_all(db);
  CHECK(report.refused == 1'700);
  CHECK(report.waiting == 0);
  take_all(database, "links");
  CHECK(db.retry_refused("").value() == 1'700);
  tally sum;
  REQUIRE(db.for_each([&](const stored_link& link) { sum += link.counts; }));
  CHECK(sum == tally{1'700, 0, 0});
  CHECK(refused_of(db).empty());
}

TEST_CASE_METHOD(on_mongodb, "Somebody's own unique index refuses what it must, and nothing more",
                 "[store][mongodb]") {
  database.run(
      R"({"createIndexes": "links", "indexes": [{"key": {"site": 1}, "name": "site_1", "unique": true}]})");
  REQUIRE(
      node.bring(db, {{"example.com/a", {1, 0, 0}}, {"example.com/b", {1, 0, 0}}, {"c.example", {1, 0, 0}}}));
  CHECK(fold_all(db).refused == 1);
  CHECK(refused_of(db).at(0).counts == tally{1, 0, 0});
  CHECK(count_of(db, "c.example") == tally{1, 0, 0});
  database.run(R"({"dropIndexes": "links", "index": "site_1"})");
  CHECK(db.retry_refused("").value() == 1);
  CHECK(count_of(db, "example.com/a") == tally{1, 0, 0});
  CHECK(count_of(db, "example.com/b") == tally{1, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "A folder that dies after it kept what was refused counts it no second time",
                 "[store][mongodb]") {
  make_strict(database, "links", not_b);
  mongodb_store dies(database.uri(), [](fold_step step) -> result<void> {
    if (step == fold_step::links_added) return errc::store_unavailable;
    return {};
  });
  REQUIRE(node.bring(dies, {{"example.com/a", {1, 0, 0}}, {"example.com/b", {2, 0, 0}}}));
  CHECK_FALSE(dies.fold(fold_turn::at_once));
  fold_all(db);
  CHECK(refused_of(db).size() == 1);
  take_all(database, "links");
  CHECK(db.retry_refused("").value() == 1);
  CHECK(count_of(db, "example.com/b") == tally{2, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "What is refused by one folder and taken for another one is counted once",
                 "[store][mongodb]") {
  make_strict(database, "links", not_b);
  mongodb_store first(database.uri(), [&](fold_step step) -> result<void> {
    if (step != fold_step::links_added) return {};
    take_all(database, "links");
    return errc::store_unavailable;
  });
  REQUIRE(node.bring(first, {{"example.com/b", {2, 0, 0}}}));
  CHECK_FALSE(first.fold(fold_turn::at_once));
  mongodb_store second(database.uri());
  fold_all(second);
  REQUIRE(second.retry_refused(""));
  CHECK(count_of(second, "example.com/b") == tally{2, 0, 0});
  CHECK(refused_of(second).empty());
}

TEST_CASE_METHOD(on_mongodb, "A share that the database refuses fails its call, and is no repetition",
                 "[store][mongodb]") {
  SECTION("by a validator") {
    make_strict(database, "links", not_b);
  }
  SECTION("by somebody's own index") {
    database.run(
        R"({"createIndexes": "links", "indexes": [{"key": {"site": 1}, "name": "site_1", "unique": true}]})");
    database.run(R"({"insert": "links", "documents": [{"_id": "example.com/a", "site": "example.com"}]})");
  }
  CHECK(db.record_shares(std::vector<share_report>{{"example.com/b", "id", 1}}).error() ==
        errc::store_refused);
}
