// The fold's five rules (button/store/mongodb_fold.hpp). Each case fails without its rule: folders are
// stopped, for good or for a while, between the steps.

#include "button/store/mongodb_store.hpp"
#include "tests/unit/on_mongodb.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <random>
#include <thread>

using namespace buttond;
using namespace buttond::testing;

namespace {

constexpr std::array all_steps{fold_step::read,        fold_step::chosen,     fold_step::decided,
                               fold_step::links_added, fold_step::days_added, fold_step::deleted,
                               fold_step::finished};

/// A folder whose process ends after `step`.
mongodb_fold::step_hook killed_after(fold_step step) {
  return [step](fold_step done) -> result<void> {
    if (done == step) return errc::store_unavailable;
    return {};
  };
}

/// A folder that stops after `step` while `meanwhile` happens, and goes on.
mongodb_fold::step_hook stopped_after(fold_step step, std::function<void()> meanwhile) {
  return [step, meanwhile = std::move(meanwhile), done_once = false](fold_step done) mutable -> result<void> {
    if (done != step || std::exchange(done_once, true)) return {};
    meanwhile();
    return {};
  };
}

std::int64_t day_impressions(const mongodb_database& database) {
  std::int64_t sum = 0;
  for (const auto& day : database.documents("site_days"))
    sum += std::stoll(std::string{day.at_pointer("/impressions/$numberLong").as_string()});
  return sum;
}

/// Puts a batch into the collection past everything, as an insert does that a network held back.
void insert_late(const mongodb_database& database, const owned_batch& b) {
  boost::json::array links;
  for (const auto& [key, delta] : b.links)
    links.push_back({{"k", key}, {"i", delta.impressions}, {"c", delta.clicks}, {"s", delta.shares}});
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::sys_days{*b.day}.time_since_epoch());
  const boost::json::object document{{"_id", fmt::format("{}|{}", b.node, b.number)},
                                     {"node", b.node},
                                     {"number", b.number},
                                     {"after", b.after.number},
                                     {"after_sum", b.after.sum},
                                     {"day", {{"$date", {{"$numberLong", std::to_string(millis.count())}}}}},
                                     {"sum", b.sum},
                                     {"links", links}};
  database.run(boost::json::serialize(
      boost::json::object{{"insert", "batches"}, {"documents", boost::json::array{document}}}));
}

}  // namespace

TEST_CASE_METHOD(on_mongodb, "Rule 1: a batch that arrives again after it was folded is thrown away",
                 "[store][mongodb][fold]") {
  const auto first = node.make({{"example.com/a", {1, 0, 0}}});
  const auto second = node.make({{"example.com/a", {10, 0, 0}}});
  REQUIRE(bring(db, {first, second}));
  CHECK(count_of(db, "example.com/a") == tally{11, 0, 0});
  insert_late(database, first);
  insert_late(database, second);
  CHECK(count_of(db, "example.com/a") == tally{11, 0, 0});
  CHECK(database.documents("batches").empty());
  CHECK(database.documents("refused").empty());
}

TEST_CASE_METHOD(on_mongodb, "Rule 1: a batch that becomes visible after its successor is counted",
                 "[store][mongodb][fold]") {
  const auto first = node.make({{"example.com/a", {1, 0, 0}}});
  const auto second = node.make({{"example.com/a", {10, 0, 0}}});
  const auto third = node.make({{"example.com/a", {100, 0, 0}}});
  REQUIRE(bring(db, first));
  REQUIRE(bring(db, third));
  CHECK(count_of(db, "example.com/a") == tally{1, 0, 0});
  CHECK(fold_all(db).waiting == 1);
  REQUIRE(bring(db, second));
  CHECK(count_of(db, "example.com/a") == tally{111, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "Rule 2: a folder that chose before another one folded decides nothing",
                 "[store][mongodb][fold]") {
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  const auto second = node.make({{"example.com/a", {10, 0, 0}}});
  mongodb_store slow(database.uri(), stopped_after(fold_step::chosen, [&] {
                       fold_all(db);
                       REQUIRE(bring(db, second));
                       fold_all(db);
                     }));
  CHECK(slow.fold(fold_turn::at_once).value().batches == 0);
  // Had the marks gone back, this one would count again.
  insert_late(database, second);
  CHECK(count_of(db, "example.com/a") == tally{11, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "Rule 3: what is added again changes nothing", "[store][mongodb][fold]") {
  REQUIRE(node.bring(db, {{"example.com/a", {1, 2, 0}}, {"example.com/b", {3, 4, 0}}}));
  for (const auto step : {fold_step::links_added, fold_step::days_added}) {
    mongodb_store dies(database.uri(), killed_after(step));
    CHECK_FALSE(dies.fold(fold_turn::at_once));
  }
  CHECK(count_of(db, "example.com/a") == tally{1, 2, 0});
  CHECK(count_of(db, "example.com/b") == tally{3, 4, 0});
  CHECK(day_impressions(database) == 4);
}

TEST_CASE_METHOD(on_mongodb, "Rule 3: what is brought after a fold was decided is for the next one",
                 "[store][mongodb][fold]") {
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  mongodb_store dies(database.uri(), killed_after(fold_step::links_added));
  CHECK_FALSE(dies.fold(fold_turn::at_once));
  REQUIRE(node.bring(db, {{"example.com/a", {10, 0, 0}}}));
  REQUIRE(db.fold(fold_turn::at_once).value().batches == 1);
  CHECK(database.documents("batches").size() == 1);
  CHECK(count_of(db, "example.com/a") == tally{11, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "Rule 4: batches stay until all of them is added", "[store][mongodb][fold]") {
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  mongodb_store dies(database.uri(), killed_after(fold_step::links_added));
  CHECK_FALSE(dies.fold(fold_turn::at_once));
  CHECK(database.documents("batches").size() == 1);
  CHECK(day_impressions(database) == 0);
  fold_all(db);
  CHECK(day_impressions(database) == 1);
  CHECK(database.documents("batches").empty());
}

TEST_CASE_METHOD(on_mongodb, "Rule 5: a folder that is late ends no fold but its own",
                 "[store][mongodb][fold]") {
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  mongodb_store slow(database.uri(), stopped_after(fold_step::deleted, [&] {
                       fold_all(db);
                       REQUIRE(node.bring(db, {{"example.com/a", {10, 0, 0}}}));
                       mongodb_store dies(database.uri(), killed_after(fold_step::decided));
                       CHECK_FALSE(dies.fold(fold_turn::at_once));
                     }));
  REQUIRE(slow.fold(fold_turn::at_once));
  CHECK(count_of(db, "example.com/a") == tally{11, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "Rule 5: no fold is decided while another one is not done",
                 "[store][mongodb][fold]") {
  test_node other{"node-2"};
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  mongodb_store slow(database.uri(), stopped_after(fold_step::decided, [&] {
                       REQUIRE(other.bring(db, {{"example.com/a", {10, 0, 0}}}));
                       mongodb_store dies(database.uri(), killed_after(fold_step::links_added));
                       CHECK_FALSE(dies.fold(fold_turn::at_once));
                       CHECK(database.documents("batches").size() == 2);
                     }));
  REQUIRE(slow.fold(fold_turn::at_once));
  CHECK(count_of(db, "example.com/a") == tally{11, 0, 0});
}

TEST_CASE_METHOD(on_mongodb, "Whatever step a folder dies after, the next one goes on",
                 "[store][mongodb][fold]") {
  const auto step = GENERATE(Catch::Generators::from_range(all_steps));
  CAPTURE(static_cast<int>(step));
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}, {"example.com/b", {1, 0, 0}}}));
  mongodb_store dies(database.uri(), killed_after(step));
  CHECK_FALSE(dies.fold(fold_turn::at_once));
  REQUIRE(node.bring(db, {{"example.com/a", {10, 0, 0}}}));
  CHECK(count_of(db, "example.com/a") == tally{11, 0, 0});
  CHECK(count_of(db, "example.com/b") == tally{1, 0, 0});
  CHECK(day_impressions(database) == 12);
  CHECK(database.documents("batches").empty());
}

TEST_CASE_METHOD(on_mongodb, "Whatever step a folder stops after, others may fold meanwhile",
                 "[store][mongodb][fold]") {
  const auto step = GENERATE(Catch::Generators::from_range(all_steps));
  CAPTURE(static_cast<int>(step));
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  mongodb_store slow(database.uri(), stopped_after(step, [&] {
                       fold_all(db);
                       REQUIRE(node.bring(db, {{"example.com/a", {10, 0, 0}}}));
                       fold_all(db);
                       REQUIRE(node.bring(db, {{"example.com/a", {100, 0, 0}}}));
                     }));
  REQUIRE(slow.fold(fold_turn::at_once));
  CHECK(count_of(db, "example.com/a") == tally{111, 0, 0});
  CHECK(day_impressions(database) == 111);
}

TEST_CASE_METHOD(on_mongodb, "While one node folds, another one leaves it to that, and tells what waits",
                 "[store][mongodb][fold]") {
  auto waits = node.make({{"example.com/a", {1, 0, 0}}});
  REQUIRE(bring(db, waits));
  mongodb_store slow(database.uri(), stopped_after(fold_step::read, [&] {
                       const auto report = db.fold(fold_turn::in_turn);
                       REQUIRE(report);
                       CHECK(report->batches == 0);
                       CHECK(report->waiting == 1);
                       REQUIRE(report->oldest);
                       CHECK(*report->oldest < std::chrono::minutes(1));
                     }));
  CHECK(slow.fold(fold_turn::in_turn).value().batches == 1);
}

TEST_CASE_METHOD(on_mongodb, "A lease that no buttond can have written holds nobody up",
                 "[store][mongodb][fold]") {
  const auto* until = GENERATE("\"for ever\"", "{\"$date\": \"2090-01-01T00:00:00Z\"}", "null");
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  fold_all(db);
  database.run(fmt::format(
      R"({{"update": "fold", "updates": [{{"q": {{}}, "u": {{"$set": {{"lease": {{"holder": "x", "until": {}}}}}}}}}]}})",
      until));
  REQUIRE(node.bring(db, {{"example.com/a", {1, 0, 0}}}));
  CHECK(db.fold(fold_turn::in_turn).value().batches == 1);
}

TEST_CASE_METHOD(on_mongodb, "Folders that are killed at random while nodes bring lose and double nothing",
                 "[store][mongodb][fold][concurrent]") {
  constexpr int nodes = 3;
  constexpr int folders = 3;
  constexpr int batches_of_node = 60;
  std::atomic<int> bringing{nodes};
  std::vector<std::thread> threads;
  for (int n = 0; n < nodes; ++n) {
    threads.emplace_back([&, n] {
      std::mt19937 random{static_cast<unsigned>(n)};
      mongodb_store own_db(database.uri());
      test_node own_node{fmt::format("node-{}", n)};
      std::vector<owned_batch> brought;
      while (brought.size() < batches_of_node) {
        std::vector<owned_batch> some;
        for (auto more = 1 + random() % 4; more > 0; --more)
          some.push_back(own_node.make(
              {{"example.com/all", {1, 0, 0}}, {fmt::format("example.com/{}", random() % 40), {1, 0, 0}}}));
        // Sometimes together with what was brought before, as after an answer that was lost.
        if (!brought.empty() && random() % 3 == 0) some.insert(some.begin(), brought.back());
        while (!bring(own_db, some)) {
        }
        brought.insert(brought.end(), some.begin(), some.end());
      }
      --bringing;
    });
  }
  std::atomic<int> deaths{0};
  for (int f = 0; f < folders; ++f) {
    threads.emplace_back([&, f] {
      std::mt19937 random{static_cast<unsigned>(100 + f)};
      mongodb_store dies(database.uri(), [&](fold_step) -> result<void> {
        if (random() % 8 == 0) return ++deaths, errc::store_unavailable;
        std::this_thread::sleep_for(std::chrono::milliseconds{random() % 5});
        return {};
      });
      while (bringing > 0) static_cast<void>(dies.fold(fold_turn::at_once));
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(deaths > 0);

  const auto left = fold_all(db);
  CHECK(left.waiting == 0);
  CHECK(left.set_aside == 0);
  tally sum;
  REQUIRE(db.for_each([&](const stored_link& link) { sum += link.counts; }));
  const auto all = db.find(std::vector<std::string>{"example.com/all"}).value().front();
  REQUIRE(all);
  CHECK(sum.impressions == 2 * all->impressions);
  CHECK(day_impressions(database) == sum.impressions);
  std::int64_t made = 0;
  for (const auto& fold : database.documents("fold"))
    for (const auto& [name, mark] : fold.at("marks").as_object())
      made += std::stoll(std::string{mark.at_pointer("/number/$numberLong").as_string()});
  CHECK(all->impressions == made);
}
