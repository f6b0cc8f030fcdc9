// The documents in MongoDB: as README states them, and whatever other programs made of them.

#include "button/store/mongodb_store.hpp"
#include "tests/unit/on_mongodb.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <utility>

using namespace buttond;
using namespace buttond::testing;

namespace {

constexpr std::chrono::sys_days documented_day = std::chrono::year{2026} / 11 / 3;

boost::json::value without(boost::json::value document, std::initializer_list<const char*> fields) {
  for (const auto* field : fields) {
    CAPTURE(field);
    CHECK(document.as_object().erase(field) == 1);
  }
  return document;
}

boost::json::value link_of(const mongodb_database& database, std::string_view key) {
  for (const auto& link : database.documents("links"))
    if (link.at("_id").as_string() == key) return link;
  FAIL("no such link");
  return {};
}

}  // namespace

TEST_CASE_METHOD(on_mongodb, "The documents are as documented", "[store][mongodb]") {
  const auto first =
      node.make({{"example.com/a", {5, 0, 1}}, {"example.com:8080/b", {1, 2, 0}}}, documented_day);
  const auto second = node.make({{"example.com?q", {0, 0, 7}}}, std::nullopt);
  REQUIRE(bring(db, {first, second}));
  REQUIRE(db.record_shares(std::vector<share_report>{{"example.com/a", "id-1", 1},
                                                     {"example.com/a", "id-of-page", 1, shared_by::reader},
                                                     {"shared.example", "id-2", 3}}));
  REQUIRE(db.set(std::vector<stored_link>{{"set.example/?q", {1, 2, 3}}}));

  const auto milliseconds = [](wall_time time) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
  };
  // Fields have no order; every number is 64 bits wide.
  CHECK(database.documents("batches") ==
        boost::json::parse(fmt::format(R"([
    {{"_id": "node-1|1", "node": "node-1", "number": {{"$numberLong": "1"}}, "after": {{"$numberLong": "0"}},
     "day": {{"$date": {{"$numberLong": "1793664000000"}}}}, "at": {{"$date": {{"$numberLong": "{}"}}}},
     "sum": "{}", "size": {{"$numberLong": "2"}}, "links": [
       {{"k": "example.com/a", "i": {{"$numberLong": "5"}}, "c": {{"$numberLong": "0"}}, "s": {{"$numberLong": "1"}}}},
       {{"k": "example.com:8080/b", "i": {{"$numberLong": "1"}}, "c": {{"$numberLong": "2"}},
        "s": {{"$numberLong": "0"}}}}]}},
    {{"_id": "node-1|2", "node": "node-1", "number": {{"$numberLong": "2"}}, "after": {{"$numberLong": "1"}},
     "after_sum": "{}", "day": null, "at": {{"$date": {{"$numberLong": "{}"}}}},
     "sum": "{}", "size": {{"$numberLong": "1"}}, "links": [
       {{"k": "example.com?q", "i": {{"$numberLong": "0"}}, "c": {{"$numberLong": "0"}},
        "s": {{"$numberLong": "7"}}}}]}}])",
                                       milliseconds(first.closed_at), first.sum, first.sum,
                                       milliseconds(second.closed_at), second.sum)));

  REQUIRE(db.fold(fold_turn::at_once).value().batches == 2);
  const auto fold = database.documents("fold").at(0);
  const auto n = boost::json::serialize(fold.at("n"));
  CHECK(without(fold, {"n", "retried", "lease", "marks"}) ==
        boost::json::parse(R"({"_id": "fold", "take": [], "source": "batches"})"));
  CHECK(without(fold.at("marks").at("node-1"), {"at"}) ==
        boost::json::parse(fmt::format(R"({{"number": {{"$numberLong": "2"}}, "sum": "{}"}})", second.sum)));
  CHECK(database.documents("links") == boost::json::parse(fmt::format(R"([
    {{"_id": "example.com/a", "site": "example.com", "impressions": {{"$numberLong": "5"}},
     "clicks": {{"$numberLong": "0"}}, "shares": {{"$numberLong": "2"}}, "folded": {0}, "recent": ["id-1"],
     "recent_readers": ["id-of-page"]}},
    {{"_id": "example.com:8080/b", "site": "example.com:8080", "impressions": {{"$numberLong": "1"}},
     "clicks": {{"$numberLong": "2"}}, "shares": {{"$numberLong": "0"}}, "folded": {0}}},
    {{"_id": "example.com?q", "site": "example.com", "impressions": {{"$numberLong": "0"}},
     "clicks": {{"$numberLong": "0"}}, "shares": {{"$numberLong": "7"}}, "folded": {0}}},
    {{"_id": "set.example/?q", "site": "set.example", "impressions": {{"$numberLong": "1"}},
     "clicks": {{"$numberLong": "2"}}, "shares": {{"$numberLong": "3"}}, "folded": {{"$numberLong": "0"}}}},
    {{"_id": "shared.example", "site": "shared.example", "impressions": {{"$numberLong": "0"}},
     "clicks": {{"$numberLong": "0"}}, "shares": {{"$numberLong": "3"}}, "folded": {{"$numberLong": "0"}},
     "recent": ["id-2"]}}])",
                                                                      n)));
  CHECK(database.documents("site_days") == boost::json::parse(fmt::format(R"([
    {{"_id": "example.com:8080|2026-11-03", "site": "example.com:8080",
     "day": {{"$date": {{"$numberLong": "1793664000000"}}}}, "impressions": {{"$numberLong": "1"}},
     "clicks": {{"$numberLong": "2"}}, "shares": {{"$numberLong": "0"}}, "folded": {0}}},
    {{"_id": "example.com|2026-11-03", "site": "example.com",
     "day": {{"$date": {{"$numberLong": "1793664000000"}}}}, "impressions": {{"$numberLong": "5"}},
     "clicks": {{"$numberLong": "0"}}, "shares": {{"$numberLong": "1"}}, "folded": {0}}}])",
                                                                          n)));
}

TEST_CASE_METHOD(on_mongodb, "A batch that was set aside is as documented", "[store][mongodb]") {
  auto other = node.copy("another");
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  const auto fork = other.make({{"example.com/a", {2, 0, 0}}}, documented_day);
  REQUIRE(bring(db, fork));
  CHECK(without(database.documents("refused").at(0), {"why", "at"}) ==
        boost::json::parse(fmt::format(R"({{"_id": "node-1|1|{0}", "of": "batch", "node": "node-1",
    "number": {{"$numberLong": "1"}}, "sum": "{0}", "day": {{"$date": {{"$numberLong": "1793664000000"}}}},
    "links": [{{"k": "example.com/a", "i": {{"$numberLong": "2"}}, "c": {{"$numberLong": "0"}},
                "s": {{"$numberLong": "0"}}}}]}})",
                                       fork.sum)));
}

TEST_CASE_METHOD(on_mongodb, "A link's document stays small however many nodes count it",
                 "[store][mongodb]") {
  for (int names = 0; names < 1'000; ++names) {
    test_node one{fmt::format("node-{:032}", names)};
    REQUIRE(one.bring(db, {{"example.com/articles/2026/11/23/a-title-of-some-length", {1, 1, 0}}}));
  }
  CHECK(fold_all(db).waiting == 0);
  const auto size = database.run(R"({"aggregate": "links", "cursor": {},
    "pipeline": [{"$project": {"size": {"$bsonSize": "$$ROOT"}}}]})");
  CHECK(std::stoi(std::string{size.at("cursor").at_pointer("/firstBatch/0/size/$numberInt").as_string()}) <
        250);
}

TEST_CASE_METHOD(on_mongodb,
                 "Counts that other programs wrote as other kinds of numbers are read, and become int64",
                 "[store][mongodb]") {
  database.run(
      R"({"insert": "links", "documents": [{"_id": "example.com/a", "impressions": 5, "shares": 2.0}]})");
  CHECK(db.find(std::vector<std::string>{"example.com/a"}).value().front() == tally{5, 0, 2});
  REQUIRE(node.bring(db, {{"example.com/a", {1, 1, 0}}}));
  CHECK(fold_all(db).repaired == 0);
  CHECK(without(link_of(database, "example.com/a"), {"folded"}) == boost::json::parse(R"(
    {"_id": "example.com/a", "site": "example.com", "impressions": {"$numberLong": "6"},
     "clicks": {"$numberLong": "1"}, "shares": {"$numberLong": "2"}})"));
}

TEST_CASE_METHOD(on_mongodb, "What is no count counts as 0, and is kept beside", "[store][mongodb]") {
  const std::vector<std::string> broken{R"("many")",
                                        R"("5")",
                                        "true",
                                        R"({"$numberDouble": "NaN"})",
                                        R"({"$numberDouble": "Infinity"})",
                                        R"({"$numberDouble": "-Infinity"})",
                                        R"({"$numberDouble": "1e300"})",
                                        R"({"$numberDouble": "-1e300"})",
                                        R"({"$numberDecimal": "NaN"})",
                                        R"({"$numberDecimal": "1E+6000"})",
                                        R"(["$impressions", 7])",
                                        "[]",
                                        "{}",
                                        R"({"$date": {"$numberLong": "5"}})",
                                        R"({"a": {"b": "$$ROOT"}})",
                                        R"({"$binary": {"base64": "AAAA", "subType": "00"}})"};
  for (const std::string field : {"impressions", "clicks", "shares"}) {
    for (const auto& value : broken) {
      CAPTURE(field, value);
      const auto key = fmt::format("example.com/{}/{}", field, &value - broken.data());
      boost::json::object document{{"_id", key}, {"impressions", 7}, {"clicks", 7}, {"shares", 7}};
      document[field] = boost::json::parse(value);
      database.run(boost::json::serialize(
          boost::json::object{{"insert", "links"}, {"documents", boost::json::array{document}}}));
      const auto before = link_of(database, key);
      REQUIRE(node.bring(db, {{key, {1, 1, 1}}, {"example.com/b", {1, 0, 0}}}, std::nullopt));
      const auto report = fold_all(db);
      CHECK(report.refused == 0);
      CHECK(report.repaired == 1);
      const auto now = link_of(database, key);
      for (const auto* count : {"impressions", "clicks", "shares"})
        CHECK(now.at(count).at("$numberLong") == (count == field ? "1" : "8"));
      CHECK(now.at("repaired").at(field) == before.at(field));
      CHECK(now.at("repaired").at("n") == now.at("folded"));
      CHECK(now.at("repaired").as_object().size() == 2);
    }
  }
  CHECK(count_of(db, "example.com/b") == tally{48, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "A count that is null or missing is 0", "[store][mongodb]") {
  database.run(
      R"({"insert": "links", "documents": [{"_id": "example.com/a", "impressions": null, "folded": null}]})");
  REQUIRE(node.bring(db, {{"example.com/a", {1, 2, 3}}}, std::nullopt));
  CHECK(fold_all(db).repaired == 0);
  CHECK(without(link_of(database, "example.com/a"), {"folded"}) == boost::json::parse(R"(
    {"_id": "example.com/a", "site": "example.com", "impressions": {"$numberLong": "1"},
     "clicks": {"$numberLong": "2"}, "shares": {"$numberLong": "3"}})"));
}

TEST_CASE_METHOD(on_mongodb, "A document is repaired once, whatever step its folder dies after",
                 "[store][mongodb][fold]") {
  database.run(
      R"({"insert": "links", "documents": [{"_id": "example.com/a", "impressions": "many", "clicks": 7}]})");
  REQUIRE(node.bring(db, {{"example.com/a", {1, 1, 0}}}));
  mongodb_store dies(database.uri(), [](fold_step step) -> result<void> {
    if (step == fold_step::links_added) return errc::store_unavailable;
    return {};
  });
  for (int deaths = 0; deaths < 2; ++deaths) CHECK_FALSE(dies.fold(fold_turn::at_once));
  CHECK(count_of(db, "example.com/a") == tally{1, 8, 0});
}

TEST_CASE_METHOD(on_mongodb, "A 'folded' that no fold can have written holds nothing up",
                 "[store][mongodb]") {
  const std::vector<std::string> values{R"({"$numberLong": "9223372036854775807"})",
                                        R"({"$numberDouble": "1e15"})",
                                        R"({"$numberDouble": "Infinity"})",
                                        R"({"$numberLong": "-5"})",
                                        R"({"$numberDouble": "NaN"})",
                                        R"({"$numberDouble": "-1e300"})",
                                        R"("text")",
                                        "[]",
                                        "{}",
                                        "true"};
  for (const auto& value : values) {
    CAPTURE(value);
    const auto key = fmt::format("example.com/{}", &value - values.data());
    database.run(fmt::format(
        R"({{"insert": "links", "documents": [{{"_id": "{}", "impressions": 7, "folded": {}}}]}})", key,
        value));
    REQUIRE(node.bring(db, {{key, {1, 0, 0}}}));
    CHECK(fold_all(db).repaired == 1);
    CHECK(count_of(db, key) == tally{8, 0, 0});
  }
}

TEST_CASE_METHOD(on_mongodb, "A sum that does not fit stays at the greatest number", "[store][mongodb]") {
  constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
  test_node other{"node-2"};
  REQUIRE(node.bring(db, {{"example.com/a", {greatest - 5, greatest, 0}}}));
  REQUIRE(other.bring(db, {{"example.com/a", {4, greatest, 0}}}));
  CHECK(count_of(db, "example.com/a") == tally{greatest - 1, greatest, 0});
  REQUIRE(node.bring(db, {{"example.com/a", {100, 1, 0}}}));
  CHECK(count_of(db, "example.com/a") == tally{greatest, greatest, 0});
  CHECK(fold_all(db).repaired == 0);
}

TEST_CASE_METHOD(on_mongodb, "A site and a day that are not right are set", "[store][mongodb]") {
  database.run(R"({"insert": "links", "documents": [{"_id": "example.com/a", "site": 5}]})");
  database.run(
      R"({"insert": "site_days", "documents": [{"_id": "example.com|2026-11-03", "day": "today", "clicks": "x"}]})");
  REQUIRE(node.bring(db, {{"example.com/a", {1, 1, 0}}}, documented_day));
  CHECK(fold_all(db).repaired == 1);
  CHECK(link_of(database, "example.com/a").at("site") == "example.com");
  const auto day = database.documents("site_days").at(0);
  CHECK(day.at("site") == "example.com");
  CHECK(day.at_pointer("/day/$date/$numberLong") == "1793664000000");
  CHECK(day.at_pointer("/clicks/$numberLong") == "1");
  CHECK(day.at("repaired").at("clicks") == "x");
}

TEST_CASE_METHOD(on_mongodb, "A share counts whatever stands in its link", "[store][mongodb]") {
  const std::string document =
      GENERATE(R"({"shares": "many"})", R"({"recent": "id-0"})", R"({"recent": null, "site": []})",
               R"({"shares": null, "recent": {"id": 1}, "folded": "x"})",
               R"({"shares": {"$numberDouble": "NaN"}})", R"({"recent_readers": 7})");
  const auto [by, window] =
      GENERATE(std::pair{shared_by::application, "recent"}, std::pair{shared_by::reader, "recent_readers"});
  CAPTURE(document);
  auto whole = boost::json::parse(document).as_object();
  whole["_id"] = "example.com/a";
  database.run(fmt::format(R"({{"insert": "links", "documents": [{}]}})", boost::json::serialize(whole)));
  const std::vector<share_report> reports{{"example.com/a", "id-1", 3, by}};
  CHECK(db.record_shares(reports).value().counted == 1);
  CHECK(db.record_shares(reports).value().repeated == 1);
  CHECK(db.find(std::vector<std::string>{"example.com/a"}).value().front() == tally{0, 0, 3});
  const auto link = link_of(database, "example.com/a");
  CHECK(link.at(window) == boost::json::parse(R"(["id-1"])"));
  CHECK(link.at("site") == "example.com");
  CHECK(link.at_pointer("/impressions/$numberLong") == "0");
}
