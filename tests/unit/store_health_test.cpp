#include "button/store/store_operations.hpp"

#include <catch2/catch.hpp>

using buttond::store_health;
using op = buttond::store_operation;

TEST_CASE("A store is not up before it was read and written", "[store]") {
  store_health health;
  CHECK_FALSE(health.reads_up());
  CHECK_FALSE(health.writes_up());
  CHECK_FALSE(health.anything_fails());
  health.succeeded(op::ping);
  CHECK(health.reads_up());
  CHECK_FALSE(health.writes_up());
  health.succeeded(op::share_key);
  CHECK_FALSE(health.writes_up());
  health.succeeded(op::can_write);
  CHECK(health.writes_up());
}

TEST_CASE("Reads that succeed do not hide that nothing can be written", "[store]") {
  store_health health;
  health.failed(op::bring);
  for (const auto reads : {op::find, op::ping, op::read_links, op::read_refused}) health.succeeded(reads);
  CHECK(health.reads_up());
  CHECK_FALSE(health.writes_up());
  CHECK(health.anything_fails());
}

TEST_CASE("A fold that finds nothing to do does not hide that nothing can be brought, nor the other way",
          "[store]") {
  const auto [fails, succeeds] = GENERATE(std::pair{op::bring, op::fold}, std::pair{op::fold, op::bring});
  store_health health;
  health.failed(fails);
  health.succeeded(succeeds);
  health.succeeded(op::can_write);
  CHECK_FALSE(health.writes_up());
  health.succeeded(fails);
  CHECK(health.writes_up());
  CHECK_FALSE(health.anything_fails());
}

TEST_CASE("What may never be asked for again is good when everything can be written", "[store]") {
  const auto once = GENERATE(op::record_shares, op::share_key, op::set, op::move, op::retry_refused);
  store_health health;
  health.succeeded(op::bring);
  health.failed(once);
  CHECK_FALSE(health.writes_up());
  health.succeeded(op::bring);
  CHECK_FALSE(health.writes_up());
  health.succeeded(op::can_write);
  CHECK(health.writes_up());
  CHECK_FALSE(health.anything_fails());
}

TEST_CASE("The last read counts, whichever it was", "[store]") {
  store_health health;
  health.failed(op::find);
  CHECK_FALSE(health.reads_up());
  health.succeeded(op::ping);
  CHECK(health.reads_up());
  health.failed(op::ping);
  CHECK_FALSE(health.reads_up());
}
