#include "button/handlers/dashboard/verdict.hpp"

#include "common/error.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

constexpr wall_time some_time = std::chrono::sys_days(std::chrono::year{2026} / 3 / 1) + 4h + 5min;

/// Numbers of a node that is well.
metrics_snapshot well() {
  metrics_snapshot numbers;
  numbers.store.reads_up = numbers.store.writes_up = numbers.store.up = true;
  numbers.store.last_read = 3ms;
  numbers.journal.free_bytes = 1'000'000'000;
  numbers.journal.oldest_seconds = 4.2;
  numbers.site.connections_limit = 100;
  return numbers;
}

fleet_node node(std::string host) {
  fleet_node one;
  one.node = host;
  one.host = std::move(host);
  one.at = some_time;
  one.version = "1.0";
  one.commit = "ab12";
  return one;
}

/// The only problem that there is.
problem only(const metrics_snapshot& numbers, const std::vector<fleet_node>& nodes = {}) {
  const verdict judged = judge(numbers, "mongodb", nodes);
  REQUIRE(judged.problems.size() == 1);
  CHECK(judged.state == judged.problems.front().level);
  CHECK(judged.words == judged.problems.front().what);
  CHECK_FALSE(judged.problems.front().todo.empty());
  return judged.problems.front();
}

store_failure failed(errc error, std::chrono::nanoseconds lasting) {
  return {make_error_code(error), lasting};
}

/// README's headings as addresses, as forges make them.
std::set<std::string> anchors_of_readme() {
  std::ifstream readme(BUTTOND_SOURCE_DIR "/README.md");
  std::set<std::string> anchors;
  for (std::string line; std::getline(readme, line);) {
    if (!line.starts_with('#')) continue;
    std::string anchor;
    for (const char each : line.substr(line.find(' ') + 1)) {
      if (each == ' ')
        anchor += '-';
      else if (std::isalnum(static_cast<unsigned char>(each)) != 0 || each == '-')
        anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
    }
    anchors.insert(anchor);
  }
  return anchors;
}

}  // namespace

TEST_CASE("Where all is well the verdict says what that means", "[dashboard]") {
  auto own = node("a");
  own.disk_hours = 31.7;
  const verdict judged = judge(well(), "mongodb", std::vector{own});
  CHECK(judged.state == urgency::ok);
  CHECK(judged.problems.empty());
  CHECK(judged.words ==
        "nothing at risk, oldest batch 4 s, store answers in 3 ms, disk for 31 h without the store");
}

TEST_CASE("What is not known is left out of the verdict", "[dashboard]") {
  metrics_snapshot numbers = well();
  numbers.store.last_read.reset();
  CHECK(judge(numbers, "mongodb", {}).words == "nothing at risk, oldest batch 4 s");
}

TEST_CASE("A store that may not be written needs a person at once", "[dashboard]") {
  metrics_snapshot numbers = well();
  numbers.store.writing_fails = failed(errc::store_forbidden, 1s);
  const problem found = only(numbers);
  CHECK(found.level == urgency::act);
  CHECK(found.what.find("(unauthorized)") != std::string::npos);
  CHECK(found.todo == "Grant the user the role readWrite on this database.");
  CHECK(found.more == "the-store-does-not-take-what-is-counted");
}

TEST_CASE("A store that cannot be reached needs a person when that does not pass", "[dashboard]") {
  metrics_snapshot numbers = well();
  numbers.store.reading_fails = failed(errc::store_no_primary, 5s);
  CHECK(only(numbers).level == urgency::look);
  numbers.store.reading_fails = failed(errc::store_no_primary, 60s);
  CHECK(only(numbers).level == urgency::act);
}

TEST_CASE("Counts at risk come first", "[dashboard]") {
  metrics_snapshot numbers = well();
  numbers.journal.at_risk.impressions = 12;
  numbers.journal.at_risk.clicks = 1;
  numbers.kept_shares.in_memory = 2;
  numbers.store.writing_fails = failed(errc::store_full, 1s);
  const verdict judged = judge(numbers, "mongodb", {});
  CHECK(judged.state == urgency::act);
  REQUIRE(judged.problems.size() == 2);
  CHECK(judged.problems[0].what.starts_with("12 impressions, 1 click, 2 shares would be lost by a crash"));
  CHECK(judged.words == judged.problems[0].what + " And 1 more.");
}

TEST_CASE("What needs a person stands before what is to be looked at", "[dashboard]") {
  metrics_snapshot numbers = well();
  numbers.journal.lost.impressions = 1;
  numbers.journal.oldest_seconds = 601;
  const verdict judged = judge(numbers, "mongodb", {});
  REQUIRE(judged.problems.size() == 2);
  CHECK(judged.problems[0].level == urgency::act);
  CHECK(judged.problems[1].level == urgency::look);
}

TEST_CASE("The age of the oldest batch is to be looked at, and then needs a person", "[dashboard]") {
  metrics_snapshot numbers = well();
  numbers.journal.oldest_seconds = 59.9;
  CHECK(judge(numbers, "mongodb", {}).state == urgency::ok);
  numbers.journal.oldest_seconds = 60;
  CHECK(only(numbers).level == urgency::look);
  numbers.journal.oldest_seconds = 600;
  CHECK(only(numbers).level == urgency::act);
}

TEST_CASE("A disk that would be full soon needs a person", "[dashboard]") {
  auto own = node("a");
  own.disk_hours = 1.9;
  CHECK(only(well(), {own}).what == "Without the store, the disk of --data is full in 114 min.");
  own.disk_hours = 2.0;
  CHECK(judge(well(), "mongodb", std::vector{own}).state == urgency::ok);
}

TEST_CASE("A disk without room needs a person", "[dashboard]") {
  metrics_snapshot numbers = well();
  numbers.journal.free_bytes = 0;
  CHECK(only(numbers).level == urgency::act);
}

TEST_CASE("What is to be looked at is said", "[dashboard]") {
  metrics_snapshot numbers = well();
  SECTION("files of the journal that failed") {
    numbers.journal.errors = 1;
  }
  SECTION("what was lost") {
    numbers.shares.lost = 1;
  }
  SECTION("batches that wait for one before") {
    numbers.folder.gaps = 1;
  }
  SECTION("batches that are not added to their links") {
    numbers.folder.oldest_seconds = 121;
  }
  SECTION("what is set aside") {
    numbers.folder.set_aside = 1;
  }
  SECTION("a clock that jumped") {
    numbers.journal.since_clock_jump = 59min;
  }
  SECTION("connections that are all in use") {
    numbers.site.connections = 100;
  }
  SECTION("a node that stops") {
    numbers.draining = true;
  }
  CHECK(only(numbers).level == urgency::look);
}

TEST_CASE("A clock that jumped long ago is forgotten", "[dashboard]") {
  metrics_snapshot numbers = well();
  numbers.journal.since_clock_jump = 60min;
  CHECK(judge(numbers, "mongodb", {}).state == urgency::ok);
}

TEST_CASE("A node that is gone is to be looked at, but not one that stopped", "[dashboard]") {
  auto other = node("b");
  other.gone = true;
  const problem found = only(well(), {node("a"), other});
  CHECK(found.level == urgency::look);
  CHECK(found.what == "The node b is gone: it said nothing since 04:05 UTC.");
  other.state = "stopped";
  CHECK(judge(well(), "mongodb", std::vector{node("a"), other}).state == urgency::ok);
}

TEST_CASE("Nodes of different versions are to be looked at, but not of those that are gone", "[dashboard]") {
  auto other = node("b");
  other.commit = "cd34";
  CHECK(only(well(), {node("a"), other}).what == "The nodes are of 2 versions.");
  other.gone = true;
  other.state = "stopped";
  CHECK(judge(well(), "mongodb", std::vector{node("a"), other}).state == urgency::ok);
}

TEST_CASE("Every problem leads to a chapter of README", "[dashboard]") {
  const auto anchors = anchors_of_readme();
  for (const auto anchor : verdict_anchors()) {
    INFO(anchor);
    CHECK(anchors.contains(std::string(anchor)));
  }
}
