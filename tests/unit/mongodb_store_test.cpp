// What is MongoDB's own about its store; what every store promises is in store_contract_test.cpp, and what
// takes a hung or dying server in tests/system/test_mongodb_store.py.

#include "button/store/mongodb_store.hpp"

#include "button/store/open_store.hpp"
#include "tests/unit/mongodb_of_tests.hpp"
#include "tests/unit/print_store.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace buttond;
using buttond::testing::mongodb_database;
using buttond::testing::mongodb_is_there;
using Catch::Contains;

namespace {

constexpr std::chrono::sys_days a_day = std::chrono::year{2026} / 11 / 3;

result<void> apply(store& to, std::string_view node, std::int64_t epoch,
                   const std::vector<link_delta>& links) {
  return to.apply({node, epoch, a_day, links});
}

}  // namespace

TEST_CASE("The contract of stores is checked against MongoDB too", "[store][mongodb]") {
  CHECK((!mongodb_is_there() || mongodb_store(mongodb_database().uri()).ping()));
}

TEST_CASE("The documents are as documented", "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  mongodb_store db(database.uri());
  REQUIRE(apply(db, "node-1", 7, {{"example.com/a", {5, 0, 0}}, {"example.com:8080/b", {1, 2, 0}}}));
  REQUIRE(db.record_shares(
      std::vector<share_report>{{"example.com/a", "id-1", 1}, {"shared.example", "id-2", 3}}));
  REQUIRE(db.set(std::vector<stored_link>{{"set.example/?q", {1, 2, 3}}}));

  // Fields have no order; every number is 64 bits wide.
  CHECK(database.documents("links") == boost::json::parse(R"([
    {"_id": "example.com/a", "site": "example.com", "impressions": {"$numberLong": "5"},
     "clicks": {"$numberLong": "0"}, "shares": {"$numberLong": "1"},
     "applied": {"node-1": {"$numberLong": "7"}}, "recent": ["id-1"]},
    {"_id": "example.com:8080/b", "site": "example.com:8080", "impressions": {"$numberLong": "1"},
     "clicks": {"$numberLong": "2"}, "shares": {"$numberLong": "0"},
     "applied": {"node-1": {"$numberLong": "7"}}},
    {"_id": "set.example/?q", "site": "set.example", "impressions": {"$numberLong": "1"},
     "clicks": {"$numberLong": "2"}, "shares": {"$numberLong": "3"}},
    {"_id": "shared.example", "site": "shared.example", "impressions": {"$numberLong": "0"},
     "clicks": {"$numberLong": "0"}, "shares": {"$numberLong": "3"}, "recent": ["id-2"]}])"));
  CHECK(database.documents("site_days") == boost::json::parse(R"([
    {"_id": "example.com:8080|2026-11-03", "impressions": {"$numberLong": "1"},
     "clicks": {"$numberLong": "2"}, "applied": {"node-1": {"$numberLong": "7"}}},
    {"_id": "example.com|2026-11-03", "impressions": {"$numberLong": "5"},
     "clicks": {"$numberLong": "0"}, "applied": {"node-1": {"$numberLong": "7"}}}])"));
}

TEST_CASE("A batch of which a part was applied is applied whole, once, when it comes again",
          "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  mongodb_store db(database.uri());
  std::vector<std::string> keys;
  for (int i = 0; i < 2'100; ++i) keys.push_back(fmt::format("example.com/{:04}", i));
  std::vector<link_delta> links;
  for (const auto& key : keys) links.push_back({key, {3, 2, 1}});
  // As if the connection had broken within the second bulk: half of the links, and their site's day not yet.
  REQUIRE(db.apply({"node-1", 4, {}, std::span(links).first(1'500)}));
  REQUIRE(apply(db, "node-1", 4, links));
  REQUIRE(apply(db, "node-1", 4, links));

  const auto found = db.find(keys);
  REQUIRE(found);
  CHECK(std::count(found->begin(), found->end(), std::optional(tally{3, 2, 1})) == 2'100);
  CHECK(database.documents("site_days").at(0).at_pointer("/impressions/$numberLong") == "6300");
}

TEST_CASE("Counts that other programs wrote as other kinds of numbers are read", "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  database.run(
      R"({"insert": "links", "documents": [{"_id": "example.com/a", "impressions": 5, "shares": 2.0}]})");
  mongodb_store db(database.uri());
  CHECK(db.find(std::vector<std::string>{"example.com/a"})->front() == tally{5, 0, 2});
  REQUIRE(apply(db, "node-1", 1, {{"example.com/a", {1, 1, 0}}}));
  CHECK(db.find(std::vector<std::string>{"example.com/a"})->front() == tally{6, 1, 2});
}

TEST_CASE("A duplicate key of somebody else's index is no proof that a delta was applied",
          "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  database.run(
      R"({"createIndexes": "links", "indexes": [{"key": {"site": 1}, "name": "site_1", "unique": true}]})");
  mongodb_store db(database.uri());
  const auto applied = apply(db, "node-1", 1, {{"example.com/a", {1, 0, 0}}, {"example.com/b", {1, 0, 0}}});
  REQUIRE_FALSE(applied);
  CHECK(applied.error() == errc::store_refused);
}

TEST_CASE("A command that the server refuses is a failure, not a duplicate", "[store][mongodb]") {
  if (!mongodb_is_there()) return;
  const mongodb_database database;
  database.run(R"({"insert": "links", "documents": [{"_id": "example.com/a", "impressions": "many"}]})");
  mongodb_store db(database.uri());
  const auto applied = apply(db, "node-1", 1, {{"example.com/a", {1, 0, 0}}, {"example.com/b", {1, 0, 0}}});
  REQUIRE_FALSE(applied);
  CHECK(applied.error() == errc::store_refused);
}

TEST_CASE("A server that is away fails the calls within the timeouts, and none of them throws",
          "[store][mongodb]") {
  // Port 1 of loopback: nobody listens there.
  const auto db =
      open_store("mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=200&connectTimeoutMS=200");
  const auto start = std::chrono::steady_clock::now();
  CHECK(db->ping().error() == errc::store_unavailable);
  CHECK(apply(*db, "node-1", 1, {{"example.com/a", {1, 0, 0}}}).error() == errc::store_unavailable);
  CHECK(db->find(std::vector<std::string>{"example.com/a"}).error() == errc::store_unavailable);
  CHECK(db->record_shares(std::vector<share_report>{{"example.com/a", "id", 1}}).error() ==
        errc::store_unavailable);
  CHECK(db->for_each([](const stored_link&) {}).error() == errc::store_unavailable);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{10});
}

TEST_CASE("A URI that cannot be used is refused with a hint, and never with its password",
          "[store][mongodb]") {
  CHECK_THROWS_WITH(open_store("mongodb://127.0.0.1:27017"), Contains("names no database"));
  CHECK_THROWS_WITH(open_store("mongodb://127.0.0.1:27017/?replicaSet=a"), Contains("names no database"));
  for (const char* uri :
       {"mongodb://", "mongodb:///buttond", "mongodb://app:s3cret@/buttond",
        "mongodb://app:s3cret@host:99999/buttond", "mongodb://app:s3:cret@host/buttond",
        "mongodb://app:s3cret%zz@host/buttond", "mongodb://app:s3cret@host/buttond?tls=maybe",
        "mongodb://app:s3cret@host", "mongodb+srv://app:s3cret@host:1/buttond"}) {
    CAPTURE(uri);
    CHECK_THROWS_AS(open_store(uri), startup_error);
    CHECK_THROWS_WITH(open_store(uri), !Contains("s3cret") && !Contains("s3:cret"));
  }
  CHECK(mongodb_client("mongodb://app:s3cret@one:1,two:2/buttond?replicaSet=a").name() ==
        "mongodb://one:1,two:2/buttond");
}
