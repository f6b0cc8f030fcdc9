#include "button/store/failure_log.hpp"

#include "tests/unit/caught_log.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace buttond;
using buttond::testing::caught_log;
using Catch::Contains;
using op = store_operation;

namespace {

void fail(failure_log& voice, op operation, error_code error, std::string_view why) {
  static_cast<void>(voice.failed(operation, error, why));
}

}  // namespace

TEST_CASE("One cause that meets every operation is one line, and its end another one", "[store][log]") {
  const caught_log log;
  failure_log voice{"mongodb://h/db", "mongodb"};
  const auto all = {op::find, op::bring, op::fold, op::ping, op::share_key, op::can_write};
  for (int again = 0; again < 100; ++again)
    for (const auto each : all) fail(voice, each, errc::store_unavailable, "nobody listens");
  fail(voice, op::bring, errc::store_no_primary, "");
  REQUIRE(log.lines().size() == 1);
  CHECK_THAT(
      log.lines()[0],
      Contains("warning store mongodb://h/db: find failed: the store cannot be reached: nobody listens; "
               "see that"));

  for (const auto each : {op::ping, op::find, op::can_write, op::fold}) voice.succeeded(each);
  CHECK(log.lines().size() == 1);
  voice.succeeded(op::bring);
  REQUIRE(log.lines().size() == 2);
  CHECK(log.lines()[1] == "info store mongodb://h/db: it can be read and written again, after 601 failures");
  for (const auto each : all) voice.succeeded(each);
  CHECK(log.lines().size() == 2);
}

TEST_CASE("A store that was away and is there again, but hangs, is told of", "[store][log]") {
  const caught_log log;
  failure_log voice{"mongodb://h/db", "mongodb"};
  fail(voice, op::bring, errc::store_unavailable, "");
  fail(voice, op::bring, errc::store_timeout, "");
  fail(voice, op::bring, errc::store_timeout, "");
  REQUIRE(log.lines().size() == 2);
  CHECK_THAT(log.lines()[1], Contains("did not answer in time"));
}

TEST_CASE("A store that hangs, and is given up, is told of once", "[store][log]") {
  const caught_log log;
  failure_log voice{"mongodb://h/db", "mongodb"};
  for (const auto error :
       {errc::store_timeout, errc::store_unavailable, errc::store_no_primary, errc::store_timeout})
    fail(voice, op::bring, error, "");
  CHECK(log.lines().size() == 1);
}

TEST_CASE("What is missed by the way is no failure, and told no more often", "[store][log]") {
  const caught_log log;
  failure_log voice{"mongodb://h/db", "mongodb"};
  voice.missed("an index cannot be made", errc::store_forbidden, "not authorized");
  voice.missed("an index cannot be made", errc::store_forbidden, "not authorized");
  voice.succeeded(op::fold);
  REQUIRE(log.lines().size() == 1);
  CHECK_THAT(log.lines()[0],
             Contains("store mongodb://h/db: an index cannot be made: the store does not let"));
}

TEST_CASE("Reads that succeed are no end of a failure to write", "[store][log]") {
  const caught_log log;
  failure_log voice{"sqlite:f", "sqlite"};
  for (int again = 0; again < 10; ++again) {
    fail(voice, op::bring, errc::store_full, "");
    voice.succeeded(op::find);
    voice.succeeded(op::fold);
  }
  CHECK(log.lines() ==
        std::vector<std::string>{
            "error store sqlite:f: bring failed: the store's disk is full; make room on its disk"});
  voice.succeeded(op::bring);
  CHECK(log.lines().back() == "info store sqlite:f: it can be written again, after 10 failures");
}

TEST_CASE("A store that fails and answers in turn fills no log", "[store][log]") {
  const caught_log log;
  failure_log voice{"mongodb://h/db", "mongodb"};
  for (int again = 0; again < 100; ++again) {
    fail(voice, op::find, errc::store_timeout, "");
    voice.succeeded(op::find);
  }
  CHECK(log.lines().size() == 2);
}

TEST_CASE("Another cause is told at once", "[store][log]") {
  const caught_log log;
  failure_log voice{"mongodb://h/db", "mongodb"};
  fail(voice, op::bring, errc::store_unavailable, "");
  fail(voice, op::bring, errc::store_login, "user \"app\", authSource \"admin\": Authentication failed.");
  fail(voice, op::bring, errc::store_forbidden, "not authorized");
  REQUIRE(log.lines().size() == 3);
  CHECK(log.lines()[1] ==
        "error store mongodb://h/db: bring failed: the store does not let this user in: user \"app\", "
        "authSource "
        "\"admin\": Authentication failed; see user, password and authSource in --store");
}

TEST_CASE("What becomes of the counts is said with each line, and to who asks what is wrong not",
          "[store][log]") {
  const caught_log log;
  failure_log voice{"sqlite:f", "sqlite"};
  voice.while_failing([] { return "7 impressions wait"; });
  std::string why = "attempt to write a readonly database";
  CHECK(voice.explained(op::can_write, errc::store_read_only, why) == errc::store_read_only);
  CHECK(why ==
        "the store can only be read: attempt to write a readonly database; let this user write the file and "
        "its "
        "directory");
  CHECK(log.lines().at(0) == "error store sqlite:f: can_write failed: " + why + "; 7 impressions wait");
}

TEST_CASE("A server that quotes a whole command is cut short", "[store][log]") {
  const caught_log log;
  failure_log voice{"mongodb://h/db", "mongodb"};
  fail(voice, op::bring, errc::store_refused, std::string(100'000, 'x'));
  CHECK(log.lines().at(0).size() < 500);
}
