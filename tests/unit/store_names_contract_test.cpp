// What every store promises of two processes that go on under one node's name (button/store/store.hpp), and
// of batches that could not be read: exact, or set aside and said so.

#include "button/store/store.hpp"
#include "tests/unit/batches.hpp"
#include "tests/unit/store_places.hpp"

#include <catch2/catch.hpp>

using namespace buttond;
using namespace buttond::testing;

namespace {

/// What is in the links and what is set aside of one key, impressions.
std::int64_t counted_and_aside(store& in, const std::string& key) {
  auto sum = count_of(in, key).value_or(tally{}).impressions;
  for (const auto& item : refused_of(in)) sum += item.counts.impressions;
  return sum;
}

}  // namespace

TEST_CASE("Of two batches by one number the second is set aside, and its process told", "[store]") {
  EACH_STORE();
  const bool folded_between = GENERATE(false, true);
  CAPTURE(folded_between);
  test_node one{"node-1"};
  REQUIRE(one.bring(*db, {{"example.com/a", {1, 0, 0}}}));
  auto two = one.copy("another");
  REQUIRE_FALSE(one.bring(*db, {{"example.com/a", {10, 0, 0}}}).value().name_taken);
  if (folded_between) fold_all(*db);
  const auto report = two.bring(*db, {{"example.com/a", {100, 20, 0}}, {"example.com/b", {100, 0, 0}}});
  REQUIRE(report);
  CHECK(report->name_taken);
  CHECK(report->set_aside_batches == 1);
  CHECK(report->set_aside == tally{200, 20, 0});
  CHECK(count_of(*db, "example.com/a") == tally{11, 0, 0});
  CHECK_FALSE(count_of(*db, "example.com/b"));
  CHECK(fold_all(*db).set_aside == 1);
}

TEST_CASE("What is set aside is listed with its counts, and counted when an operator says so", "[store]") {
  EACH_STORE();
  test_node one{"node-1"};
  auto two = one.copy("another");
  REQUIRE(one.bring(*db, {{"example.com/a", {1, 0, 0}}}));
  REQUIRE(two.bring(*db, {{"example.com/a", {10, 2, 4}}, {"example.com/b", {100, 0, 0}}}));
  const auto items = refused_of(*db);
  REQUIRE(items.size() == 1);
  CHECK(items[0].kind == "batch");
  CHECK(items[0].links == 2);
  CHECK(items[0].first_key == "example.com/a");
  CHECK(items[0].counts == tally{110, 2, 4});
  CHECK_FALSE(items[0].why.empty());
  CHECK(items[0].at > std::chrono::system_clock::now() - std::chrono::minutes{5});

  CHECK(db->retry_refused("").value() == 0);  // it takes its id
  CHECK(count_of(*db, "example.com/a") == tally{1, 0, 0});
  CHECK(db->retry_refused(items[0].id).value() == 1);
  CHECK(count_of(*db, "example.com/a") == tally{11, 2, 0});
  CHECK(count_of(*db, "example.com/b") == tally{100, 0, 0});
  CHECK(refused_of(*db).empty());
  CHECK(db->retry_refused(items[0].id).error() == errc::store_refused);
}

TEST_CASE("What follows a batch that was set aside is set aside too", "[store]") {
  EACH_STORE();
  const bool folded_between = GENERATE(false, true);
  CAPTURE(folded_between);
  test_node one{"node-1"};
  auto two = one.copy("another");
  REQUIRE(one.bring(*db, {{"example.com/a", {1, 0, 0}}}));
  REQUIRE(two.bring(*db, {{"example.com/a", {10, 0, 0}}}).value().name_taken);
  if (folded_between) fold_all(*db);
  for (int i = 0; i < 3; ++i) {
    const auto report = two.bring(*db, {{"example.com/a", {100, 0, 0}}});
    REQUIRE(report);
    CHECK(report->name_taken);
    CHECK(report->set_aside == tally{100, 0, 0});
  }
  CHECK(count_of(*db, "example.com/a") == tally{1, 0, 0});
  CHECK(counted_and_aside(*db, "example.com/a") == 311);
  CHECK(fold_all(*db).waiting == 0);
}

TEST_CASE("A batch that is set aside again is set aside once", "[store]") {
  EACH_STORE();
  test_node one{"node-1"};
  auto two = one.copy("another");
  REQUIRE(one.bring(*db, {{"example.com/a", {1, 0, 0}}}));
  const auto other = two.make({{"example.com/a", {10, 0, 0}}});
  REQUIRE(bring(*db, other).value().set_aside_batches == 1);
  REQUIRE(bring(*db, other).value().set_aside_batches == 1);
  CHECK(refused_of(*db).size() == 1);
}

TEST_CASE("Two copies of a directory bring the same batches, and count them once", "[store]") {
  EACH_STORE();
  test_node one{"node-1"};
  std::vector<owned_batch> left_behind;
  for (int i = 0; i < 5; ++i) left_behind.push_back(one.make({{"example.com/a", {1, 0, 0}}}));
  const auto other = place->open();
  REQUIRE_FALSE(bring(*db, left_behind).value().name_taken);
  REQUIRE_FALSE(bring(*other, left_behind).value().name_taken);
  CHECK(count_of(*db, "example.com/a") == tally{5, 0, 0});
  REQUIRE_FALSE(bring(*other, left_behind).value().name_taken);
  CHECK(count_of(*db, "example.com/a") == tally{5, 0, 0});
}

TEST_CASE("An empty batch in the place of one that could not be read holds nothing up", "[store]") {
  EACH_STORE();
  test_node node{"node-1"};
  REQUIRE(node.bring(*db, {{"example.com/a", {1, 0, 0}}}));
  const auto lost = node.make({{"example.com/a", {10, 0, 0}}});
  REQUIRE_FALSE(bring(*db, unread_in_place_of(lost)).value().name_taken);
  const bool sum_known = GENERATE(true, false);
  CAPTURE(sum_known);
  if (!sum_known) node.forget_sum();
  REQUIRE_FALSE(node.bring(*db, {{"example.com/a", {100, 0, 0}}}).value().name_taken);
  CHECK(count_of(*db, "example.com/a") == tally{101, 0, 0});
  CHECK(fold_all(*db).set_aside == 0);
}

TEST_CASE("An empty batch in the place of one that is in the store already changes nothing", "[store]") {
  EACH_STORE();
  const bool folded_between = GENERATE(false, true);
  CAPTURE(folded_between);
  test_node node{"node-1"};
  const auto brought = node.make({{"example.com/a", {10, 0, 0}}});
  REQUIRE(bring(*db, brought));
  if (folded_between) fold_all(*db);
  const auto report = bring(*db, unread_in_place_of(brought));
  REQUIRE(report);
  CHECK_FALSE(report->name_taken);
  CHECK(report->set_aside_batches == 0);
  REQUIRE_FALSE(node.bring(*db, {{"example.com/a", {100, 0, 0}}}).value().name_taken);
  CHECK(count_of(*db, "example.com/a") == tally{110, 0, 0});
}

TEST_CASE("An import that is run again, call by call, is the same one, however far it came", "[store]") {
  EACH_STORE();
  test_node node{"import-0123456789abcdef"};
  std::vector<owned_batch> all;
  for (int i = 0; i < 4; ++i) all.push_back(node.make({{"example.com/a", {1, 0, 2}}}, std::nullopt));
  for (int run = 0; run < 2; ++run) {
    for (const auto& b : all) {
      const auto report = bring(*db, b);
      REQUIRE(report.has_value());
      CHECK_FALSE(report->name_taken);
    }
    CHECK(count_of(*db, "example.com/a") == tally{4, 0, 8});
  }
  CHECK(refused_of(*db).empty());
}
