#include "button/left_behind.hpp"

#include <catch2/catch.hpp>

namespace buttond {
namespace {

left_behind in_data() {
  return {.directory = "/data"};
}

TEST_CASE("who leaves nothing behind says that everything is stored") {
  CHECK(describe(in_data()) == "stopped: everything counted is stored");
  CHECK_FALSE(in_data().has_losses());
}

TEST_CASE("what is kept is no loss, and is said with its number") {
  left_behind left = in_data();
  left.kept.events.impressions = 1;
  CHECK(describe(left) == "stopped: 1 impression is kept in /data, for the store at the next start");
  left.kept.events.clicks = 2;
  CHECK(describe(left) ==
        "stopped: 1 impression and 2 clicks are kept in /data, for the store at the next start");
  left.kept.shares = 3;
  CHECK(describe(left) ==
        "stopped: 1 impression, 2 clicks and 3 shares are kept in /data, for the store at the next start");
  CHECK_FALSE(left.has_losses());
}

TEST_CASE("what is lost is said first, and apart from what is kept") {
  left_behind left = in_data();
  left.lost.events.impressions = 2;
  CHECK(describe(left) == "stopped: 2 impressions are lost: neither /data nor the store has them");
  left.kept.shares = 1;
  CHECK(describe(left) ==
        "stopped: 2 impressions are lost: neither /data nor the store has them; "
        "1 share is kept in /data, for the store at the next start");
  CHECK(left.has_losses());
}

TEST_CASE("what was lost earlier is a loss too") {
  left_behind left = in_data();
  left.lost_before.shares = 1;
  CHECK(describe(left) == "stopped: 1 share had been lost before, as the log said then");
  CHECK(left.has_losses());
}

TEST_CASE("a share that only its day misses is not called a share that is lost") {
  left_behind left = in_data();
  left.lost.events.shares = 1;
  CHECK(describe(left) == "stopped: the day of 1 stored share is lost: neither /data nor the store has them");
}

}  // namespace
}  // namespace buttond
