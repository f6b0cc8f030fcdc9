// What is MongoDB's own about its store; what every store promises is in the contract suites, what the fold
// does in mongodb_fold_test.cpp, and what takes a hung or dying server in tests/system/test_mongodb_store.py.

#include "button/store/mongodb_store.hpp"

#include "button/store/mongodb_errors.hpp"
#include "button/store/open_store.hpp"
#include "tests/unit/on_mongodb.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <set>

using namespace buttond;
using namespace buttond::testing;
using Catch::Contains;

namespace {

/// One of the primary's counters of operations since its start.
std::int64_t counter(const mongodb_database& database, std::string_view name) {
  const auto status = database.run(R"({"serverStatus": 1})");
  const auto& count = status.at("opcounters").at(name);
  return std::stoll(std::string{count.as_object().begin()->value().as_string()});
}

}  // namespace

TEST_CASE("The contract of stores is checked against MongoDB too", "[store][mongodb]") {
  CHECK((!mongodb_is_there() || mongodb_store(mongodb_database().uri()).ping()));
}

TEST_CASE_METHOD(on_mongodb, "100,000 links are brought as 100 documents, and nothing is updated",
                 "[store][mongodb][alone]") {
  REQUIRE(node.bring(db, {}));  // makes the collections
  std::vector<std::string> keys;
  for (int i = 0; i < 100'000; ++i) keys.push_back(fmt::format("example.com/articles/{:06}", i));
  std::vector<owned_batch> batches;
  for (std::size_t first = 0; first < keys.size(); first += links_in_batch) {
    std::vector<link_delta> links;
    for (auto i = first; i < first + links_in_batch; ++i) links.push_back({keys[i], {1, 0, 0}});
    batches.push_back(node.make(links));
  }
  const auto inserts = counter(database, "insert");
  const auto updates = counter(database, "update");
  REQUIRE(bring(db, batches));
  // A replica set writes a little for itself.
  const auto inserted = counter(database, "insert") - inserts;
  CHECK(inserted >= 100);
  CHECK(inserted <= 110);
  CHECK(counter(database, "update") - updates == 0);
}

TEST_CASE_METHOD(on_mongodb, "To see whether it can be read and written makes nothing", "[store][mongodb]") {
  std::string why;
  CHECK(db.ping(why));
  CHECK(db.can_write(why));
  CHECK(db.find(std::vector<std::string>{"example.com/a"}));
  CHECK(why.empty());
  const auto listed = database.run(R"({"listCollections": 1})");
  CHECK(listed.at("cursor").at("firstBatch").as_array().empty());
}

TEST_CASE_METHOD(on_mongodb, "To see whether it can be written changes no document", "[store][mongodb]") {
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  REQUIRE(db.fold(fold_turn::in_turn));
  REQUIRE(node.bring(db, {{"example.com/b", {1, 0, 0}}}));
  REQUIRE(db.share_key("0123"));
  const auto all = [&] {
    std::string text;
    for (const auto* collection : {"batches", "links", "site_days", "fold", "refused", "keys"})
      text += boost::json::serialize(database.documents(collection)) + "\n";
    return text;
  };
  const auto before = all();
  std::string why;
  CHECK(db.can_write(why));
  CHECK(all() == before);
}

TEST_CASE("What a server says is told apart by what can be done about it", "[store][mongodb]") {
  const auto [code, error] = GENERATE(table<std::int64_t, errc>({{13, errc::store_forbidden},
                                                                 {18, errc::store_login},
                                                                 {8000, errc::store_login},
                                                                 {371, errc::store_read_only},
                                                                 {14031, errc::store_full},
                                                                 {10107, errc::store_no_primary},
                                                                 {13435, errc::store_no_primary},
                                                                 {6, errc::store_unavailable},
                                                                 {50, errc::store_timeout},
                                                                 {64, errc::store_timeout},
                                                                 {121, errc::store_refused},
                                                                 {11000, errc::store_refused}}));
  CHECK(server_error(code) == error);
}

TEST_CASE_METHOD(on_mongodb, "The indexes are made at the first use", "[store][mongodb]") {
  REQUIRE(db.fold(fold_turn::in_turn));
  std::multiset<std::string> names;
  for (const auto* collection : {"batches", "site_days", "refused"}) {
    const auto indexes = database.run(fmt::format(R"({{"listIndexes": "{}"}})", collection));
    for (const auto& index : indexes.at("cursor").at("firstBatch").as_array())
      names.insert(std::string{index.at("name").as_string()});
  }
  CHECK(names == std::multiset<std::string>{"_id_", "_id_", "_id_", "n_1", "site_1_day_1", "waiting"});
}

TEST_CASE_METHOD(on_mongodb, "To see what waits, no batch is read", "[store][mongodb]") {
  static_cast<void>(node.make({}));
  for (int i = 0; i < 20; ++i)
    REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));  // all wait for the first
  database.run(R"({"profile": 2, "slowms": -1})");
  REQUIRE(db.fold(fold_turn::in_turn));
  database.run(R"({"profile": 0})");
  std::int64_t looks = 0;
  for (const auto& entry : database.documents("system.profile")) {
    const auto& space = entry.at("ns").as_string();
    if (std::string_view{space}.ends_with(".batches") && entry.as_object().contains("docsExamined")) {
      ++looks;
      CHECK(boost::json::serialize(entry.at("docsExamined")) == R"({"$numberInt":"0"})");
    }
  }
  CHECK(looks >= 2);
}

TEST_CASE_METHOD(on_mongodb, "What decides is asked of the primary, whatever the URI prefers",
                 "[store][mongodb]") {
  mongodb_store elsewhere(database.uri_with("readPreference=secondary&readConcernLevel=local"));
  auto other = node.copy("another");
  for (int i = 0; i < 20; ++i) {
    REQUIRE_FALSE(node.bring(elsewhere, {{"example.com/a", {1, 0, 0}}}).value().name_taken);
    const auto folded = elsewhere.fold(fold_turn::in_turn);
    REQUIRE(folded);
    CHECK(folded->batches == 1);
    const std::vector<share_report> reports{{"example.com/a", fmt::format("id-{}", i), 1}};
    CHECK(elsewhere.record_shares(reports).value().counted == 1);
    CHECK(elsewhere.record_shares(reports).value().repeated == 1);
  }
  CHECK(other.bring(elsewhere, {{"example.com/a", {1, 0, 0}}}).value().name_taken);
  CHECK(count_of(db, "example.com/a") == tally{20, 0, 20});
}

TEST_CASE("A server before 4.4 is too old, and is named", "[store][mongodb]") {
  CHECK_THAT(reason_against("4.2.24"), Contains("MongoDB 4.2.24 is too old") && Contains("4.4"));
  CHECK_FALSE(reason_against("3.6.0").empty());
  CHECK_FALSE(reason_against("").empty());
  CHECK(reason_against("4.4.0").empty());
  CHECK(reason_against("4.10.1").empty());
  CHECK(reason_against("6.0.5").empty());
  CHECK(reason_against("10.0.0-rc1").empty());
}

TEST_CASE("A server that is away fails the calls within the timeouts, and none of them throws",
          "[store][mongodb]") {
  // Port 1 of loopback: nobody listens there.
  const auto db =
      open_store("mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=200&connectTimeoutMS=200");
  const auto start = std::chrono::steady_clock::now();
  CHECK(db->ping().error() == errc::store_unavailable);
  test_node node{"node-1"};
  CHECK(node.bring(*db, {{"example.com/a", {1, 0, 0}}}).error() == errc::store_unavailable);
  CHECK(db->fold(fold_turn::in_turn).error() == errc::store_unavailable);
  CHECK(db->retry_refused("").error() == errc::store_unavailable);
  CHECK(db->for_each_refused([](const refused_item&) {}).error() == errc::store_unavailable);
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
