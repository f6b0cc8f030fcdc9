// How a fold adds to documents: many at once where they are as buttond writes them, one by one where they are
// not, and to each of them once.

#include "button/store/mongodb_store.hpp"
#include "tests/unit/many_links.hpp"
#include "tests/unit/on_mongodb.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::testing;

TEST_CASE_METHOD(on_mongodb,
                 "Links that are new, known, odd and folded by somebody else are all in one fold, once each",
                 "[store][mongodb][fold]") {
  bring_links(db, node, 0, 2'500, {1, 0, 0});
  fold_all(db);
  for (int odd = 100; odd < 2'000; odd += 300) {
    database.run(fmt::format(
        R"({{"update": "links", "updates": [{{"q": {{"_id": "{}"}}, "u": {{"$set": {{"impressions": "many"}}}}}}]}})",
        numbered_key(odd)));
  }
  // What `$inc` fails on, and what a filter takes for a number.
  database.run(fmt::format(
      R"({{"update": "links", "updates": [{{"q": {{"_id": "{}"}}, "u": {{"$set": {{"clicks": [{{"$numberLong": "7"}}]}}}}}}]}})",
      numbered_key(7)));
  bring_links(db, node, 0, 4'000, {10, 2, 0});

  mongodb_store dies(database.uri(), [](fold_step step) -> result<void> {
    if (step == fold_step::links_added) return errc::store_unavailable;
    return {};
  });
  for (int deaths = 0; deaths < 2; ++deaths) CHECK_FALSE(dies.fold(fold_turn::at_once));
  fold_all(db);
  int links = 0;
  REQUIRE(db.for_each([&](const stored_link& link) {
    const int number = std::stoi(link.key.substr(link.key.find('/') + 1));
    const bool odd = number % 300 == 100 && number < 2'000;
    const tally expected{number < 2'500 && !odd ? 11 : 10, 2, 0};
    if (link.counts != expected) FAIL_CHECK(link.key << ": " << link.counts.impressions);
    ++links;
  }));
  CHECK(links == 4'000);
}

TEST_CASE_METHOD(on_mongodb, "Ten thousand known links are twenty updates, in twenty transactions",
                 "[store][mongodb][alone]") {
  for (int folds = 0; folds < 2; ++folds) {
    bring_links(db, node, 0, 10'000, {1, 0, 0});
    const auto updates = server_counter(database, "/opcounters/update");
    const auto updated = server_counter(database, "/metrics/document/updated");
    const auto committed = server_counter(database, "/transactions/totalCommitted");
    const auto report = fold_all(db);
    CHECK(report.links == 10'000);
    if (folds == 0) continue;  // the first one makes the documents
    // And of each fold those of the site's day and of the document `fold`.
    const auto of_folds = server_counter(database, "/opcounters/update") - updates - 20;
    CHECK(of_folds >= 0);
    CHECK(of_folds <= 60);
    CHECK(server_counter(database, "/metrics/document/updated") - updated >= 10'000);
    CHECK(server_counter(database, "/metrics/document/updated") - updated <= 10'060);
    CHECK(server_counter(database, "/transactions/totalCommitted") - committed <= 40);
  }
}

TEST_CASE_METHOD(on_mongodb, "A document that somebody else is about to write is added to when he is done",
                 "[store][mongodb][fold]") {
  bring_links(db, node, 0, 20, {1, 0, 0});
  fold_all(db);
  bring_links(db, node, 0, 20, {10, 0, 0});
  database.begin(fmt::format(
      R"({{"update": "links", "updates": [{{"q": {{"_id": "{}"}}, "u": {{"$inc": {{"shares": 1}}}}}}]}})",
      numbered_key(3)));
  CHECK(db.fold(fold_turn::at_once).error() == errc::store_timeout);
  CHECK(db.find(std::vector{numbered_key(2)}).value().front() == tally{1, 0, 0});
  SECTION("he writes") {
    database.commit();
    CHECK(count_of(db, numbered_key(3)) == tally{11, 0, 1});
  }
  SECTION("he does not") {
    database.roll_back();
    CHECK(count_of(db, numbered_key(3)) == tally{11, 0, 0});
  }
  CHECK(count_of(db, numbered_key(2)) == tally{11, 0, 0});
}

TEST_CASE_METHOD(on_mongodb,
                 "A transaction of which the outcome is not known counts once, and holds nobody up",
                 "[store][mongodb][fold][alone]") {
  const std::string fault = GENERATE(R"("closeConnection": true)",
                                     R"("writeConcernError": {"code": 64, "errmsg": "waited too long"})");
  CAPTURE(fault);
  bring_links(db, node, 0, 20, {1, 0, 0});
  fold_all(db);
  bring_links(db, node, 0, 20, {10, 0, 0});
  // Twice: the driver tries a commit again.
  database.on_server(fmt::format(R"({{"configureFailPoint": "failCommand", "mode": {{"times": 2}},
    "data": {{"failCommands": ["commitTransaction"], "appName": "buttond", {}}}}})",
                                 fault));
  CHECK_FALSE(db.fold(fold_turn::at_once));
  database.on_server(R"({"configureFailPoint": "failCommand", "mode": "off"})");
  CHECK(db.fold(fold_turn::at_once).value().batches == 1);
  CHECK(count_of(db, numbered_key(3)) == tally{11, 0, 0});
}
