// How much one fold takes, and how it goes on and stops within it.

#include "button/store/fold_pace.hpp"
#include "button/store/fold_reading.hpp"
#include "button/store/mongodb_store.hpp"
#include "button/store/waiting_batches.hpp"
#include "tests/unit/many_links.hpp"
#include "tests/unit/on_mongodb.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

TEST_CASE_METHOD(on_mongodb, "What several nodes brought of a link in several epochs is one update of it",
                 "[store][mongodb][fold][alone]") {
  std::vector nodes{test_node{"node-1"}, test_node{"node-2"}, test_node{"node-3"}};
  for (auto& each : nodes) bring_links(db, each, 0, 3'000, {1, 0, 0});
  fold_all(db);
  for (int epoch = 0; epoch < 5; ++epoch)
    for (auto& each : nodes) bring_links(db, each, 0, 3'000, {1, 1, 0});
  const auto updated = server_counter(database, "/metrics/document/updated");
  const auto report = db.fold(fold_turn::at_once).value();
  CHECK(report.batches == 45);
  CHECK(report.links == 3'000);
  CHECK_FALSE(report.more);
  CHECK(report.waiting == 0);
  CHECK(server_counter(database, "/metrics/document/updated") - updated <= 3'060);
  CHECK(count_of(db, numbered_key(2'999)) == tally{18, 15, 0});
}

TEST_CASE_METHOD(on_mongodb, "A portion is measured by the documents that it adds to",
                 "[store][mongodb][fold]") {
  for (int epoch = 0; epoch < 3; ++epoch) bring_links(db, node, 0, 20'000, {1, 0, 0});
  mongodb_client client(database.uri());
  std::string why;
  const auto waiting = waiting_batches{client}.read(1'000, why).value();
  REQUIRE(waiting.size() == 1);
  const auto& batches = waiting.front().batches;
  REQUIRE(batches.size() == 60);
  CHECK_FALSE(waiting.front().has_more);

  const auto first = sum_first(client, batches, 1'000, why).value();
  CHECK(first.batches == 5);  // as many as are read at once
  CHECK(first.sums.sums(fold_target::links).size() == 5'000);
  const auto all = sum_first(client, batches, 20'002, why).value();  // with the site's day 20,001
  CHECK(all.batches == 60);
  CHECK(all.sums.sums(fold_target::links).front().counts == tally{3, 0, 0});
  CHECK(sum_first(client, {}, 1'000, why).value().batches == 0);

  const auto cut = waiting_batches{client}.read(10, why).value();
  CHECK(cut.front().batches.size() == 11);
  CHECK(cut.front().has_more);

  fold_all(db);
  CHECK(sum_first(client, batches, 20'002, why).value().batches == 0);
}

TEST_CASE_METHOD(on_mongodb, "A fold that is stopped ends after the part under way, and another one goes on",
                 "[store][mongodb][fold]") {
  bring_links(db, node, 0, 10'000, {1, 0, 0});
  std::atomic<fold_turn> turn{fold_turn::in_turn};
  mongodb_store stops(database.uri(), [&](fold_step step) -> result<void> {
    if (step == fold_step::decided) turn = fold_turn::stopped;
    return {};
  });
  CHECK(stops.fold(turn).value().batches == 0);
  const auto written = database.documents("links").size();
  CHECK(written > 0);
  CHECK(written < 10'000);
  CHECK(database.documents("batches").size() == 10);
  CHECK(fold_all(db).batches == 10);
  int links = 0;
  REQUIRE(db.for_each([&](const stored_link& link) { links += link.counts == tally{1, 0, 0} ? 1 : 0; }));
  CHECK(links == 10'000);
}

TEST_CASE_METHOD(on_mongodb, "A folder rests in its turn only, whatever its turn was when it began",
                 "[store][mongodb][fold]") {
  mongodb_client client(database.uri());
  fold_document document(client);
  std::string why;
  REQUIRE(document.take_lease(fold_turn::in_turn, why).value());
  std::atomic<fold_turn> turn{fold_turn::in_turn};
  fold_pace pace(document, turn);
  auto begun = std::chrono::steady_clock::now();
  CHECK(pace.between_parts(100ms, why).value());
  CHECK(std::chrono::steady_clock::now() - begun >= 200ms);
  turn = fold_turn::at_once;
  begun = std::chrono::steady_clock::now();
  for (int part = 0; part < 100; ++part) CHECK(pace.between_parts(1h, why).value());
  CHECK(std::chrono::steady_clock::now() - begun < 40s);  // with rests it would be 50 s
  turn = fold_turn::stopped;
  CHECK_FALSE(pace.between_parts(0ms, why).value());
}

TEST_CASE_METHOD(on_mongodb, "A folder that takes long keeps its lease, unless another one took it",
                 "[store][mongodb][fold]") {
  mongodb_client client(database.uri());
  fold_document ours(client);
  fold_document other(client);
  std::string why;
  const std::atomic turn{fold_turn::at_once};
  const auto lease_end = [&] {
    const auto fold = database.documents("fold").front();
    return std::stoll(std::string{fold.at_pointer("/lease/until/$date/$numberLong").as_string()});
  };
  REQUIRE(ours.take_lease(fold_turn::in_turn, why).value());
  const auto first_end = lease_end();
  fold_pace pace(ours, turn, 0ms);
  CHECK(pace.between_parts(1s, why).value());
  CHECK(lease_end() > first_end);
  CHECK_FALSE(other.take_lease(fold_turn::in_turn, why).value());
  REQUIRE(other.take_lease(fold_turn::at_once, why).value());
  CHECK_FALSE(pace.between_parts(1s, why).value());
  CHECK_FALSE(ours.take_lease(fold_turn::in_turn, why).value());
}
