#include "button/commands/move.hpp"

#include "button/commands/export.hpp"
#include "button/commands/import.hpp"
#include "button/store/sqlite_store.hpp"
#include "common/error.hpp"
#include "tests/unit/plain_store.hpp"
#include "tests/unit/print_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <sstream>
#include <vector>

using namespace buttond;
using buttond::testing::plain_store;
using buttond::testing::temporary_directory;
using Catch::Contains;

namespace {

struct outcome {
  int status = 0;
  std::string out;
  std::string report;
};

/// A folder with a store, in which links move.
class mover {
 public:
  explicit mover(const std::vector<stored_link>& links) { REQUIRE(open()->set(links)); }

  outcome move(const move_arguments& arguments) const {
    std::ostringstream out;
    std::ostringstream report;
    const auto status = run_move(
        arguments, {}, [this] { return open(); }, out, report);
    return {status, out.str(), report.str()};
  }

  outcome move(std::string_view csv, bool dry_run = false) const {
    const auto file = (directory_.path() / "moves.csv").string();
    std::ofstream{file, std::ios::binary} << csv;
    return move({.file = file, .dry_run = dry_run});
  }

  std::unique_ptr<store> open() const {
    return std::make_unique<sqlite_store>(sqlite_store_options{.file = directory_.path() / "buttond.db"});
  }

  std::string exported() const {
    std::ostringstream out;
    std::ostringstream report;
    CHECK(run_export("-", *open(), out, report) == 0);
    return out.str();
  }

  std::filesystem::path folder() const { return directory_.path(); }

 private:
  temporary_directory directory_;
};

const std::vector<stored_link> old_links{{"a.example/x", {5, 2, 1}}, {"a.example/y", {7, 0, 0}}};

}  // namespace

TEST_CASE("One link moves by its addresses", "[move]") {
  const mover here(old_links);
  const auto moved = here.move({.from = "http://www.A.example/x/?utm_source=m", .to = "https://b.example/x"});
  CHECK(moved.status == 0);
  CHECK(moved.report.empty());
  CHECK(moved.out == "1 moved: 5 impressions, 2 clicks, 1 shares; 0 had nothing to move; 0 refused\n");
  const auto again = here.move({.from = "a.example/x", .to = "b.example/x"});
  CHECK(again.status == 0);
  CHECK(again.out == "0 moved: 0 impressions, 0 clicks, 0 shares; 1 had nothing to move; 0 refused\n");
}

TEST_CASE("A file of links moves, and what cannot is told with its line", "[move]") {
  const mover here(old_links);
  const auto moved = here.move(
      "\xef\xbb\xbf"
      "post,to,from\r\n"
      "1,https://b.example/x,https://a.example/x\r\n"
      "2,https://b.example/y,https://a.example/y/\r\n"
      "3,https://b.example/new,https://a.example/never-counted\r\n"
      "4,http://www.a.example/x/,https://a.example/x\r\n"
      "5,ftp://b.example/x,https://a.example/x\r\n"
      "6,https://b.example/x,\r\n"
      "7,\"https://b.example/x\r\n"
      "8,https://b.example/x\r\n");
  CHECK(moved.status == 1);
  CHECK(moved.out == "2 moved: 12 impressions, 2 clicks, 1 shares; 1 had nothing to move; 5 refused\n");
  for (const char* told :
       {"line 5: both are one link already (a.example/x)\n", "line 6: only http and https URLs can be shared",
        "line 7: the URL is empty ()\n", "line 8: a double quote is not closed\n", "line 9: it has 2 fields"})
    CHECK_THAT(moved.report, Contains(told));
  CHECK_THAT(here.exported(), Contains(R"({"key":"b.example/x","impressions":5,"clicks":2,"shares":1})") &&
                                  Contains(R"("shares":0,"moved_to":"b.example/new"})"));
}

TEST_CASE("A dry run tells each link, and changes nothing", "[move]") {
  const mover here(old_links);
  const auto before = here.exported();
  const auto dry = here.move("from,to\na.example/x,b.example/x\na.example/z,b.example/z\n", true);
  CHECK(dry.status == 0);
  CHECK(dry.out ==
        "a.example/x\tb.example/x\t5 impressions, 2 clicks, 1 shares\n"
        "a.example/z\tb.example/z\t0 impressions, 0 clicks, 0 shares\n"
        "1 would be moved: 5 impressions, 2 clicks, 1 shares; 1 have nothing to move; 0 refused\n");
  CHECK(here.exported() == before);
}

TEST_CASE("A file that cannot be one of moves is refused as a whole", "[move]") {
  const mover here(old_links);
  CHECK_THROWS_WITH(here.move(""), Contains("empty"));
  CHECK_THROWS_WITH(here.move("from;to\n"), Contains("not a CSV header with from and to"));
  CHECK_THROWS_WITH(here.move("from\n"), Contains("not a CSV header with from and to"));
  CHECK_THROWS_WITH(here.move("from,to,to\n"), Contains("twice"));
  CHECK_THROWS_WITH(here.move({.file = "/nonexistent/moves"}), Contains("cannot be read: No such file"));
}

TEST_CASE("Only so many refused moves are told one by one", "[move]") {
  const mover here(old_links);
  std::string csv = "from,to\n";
  for (int i = 0; i < 150; ++i) csv += "a.example/x,nonsense\n";
  const auto moved = here.move(csv);
  CHECK_THAT(moved.report,
             Contains("line 101: ") && !Contains("line 102: ") && Contains("... and 50 more were refused"));
}

TEST_CASE("A store that is not there is told at once", "[move]") {
  std::ostringstream out;
  std::ostringstream report;
  const auto status = run_move(
      {.from = "a.example/x", .to = "b.example/x"}, {},
      [] {
        return std::make_unique<sqlite_store>(
            sqlite_store_options{.file = "/nonexistent/buttond.db", .create = false});
      },
      out, report);
  CHECK(status == 1);
  CHECK(report.str() == "the store cannot be reached\n");
}

namespace {

/// Is away each second time, and will not move one link.
class moody_store final : public plain_store {
 public:
  result<std::vector<link_moved>> move(std::span<const link_move> moves, move_mode) override {
    CHECK(moves.size() <= moves_in_call);
    if (++calls_ % 2 == 0) return errc::store_timeout;
    std::vector<link_moved> moved;
    for (const auto& [from, to] : moves) {
      if (from == "a.example/13") return errc::store_refused;
      moved.push_back({to, {1, 0, 0}});
    }
    return moved;
  }

 private:
  int calls_ = 0;
};

/// Can never do it.
class lone_store final : public plain_store {
 public:
  result<std::vector<link_moved>> move(std::span<const link_move>, move_mode) override {
    return errc::store_alone;
  }
};

}  // namespace

TEST_CASE("A link that the database refuses keeps no other one, and a store that is busy is asked again",
          "[move]") {
  const mover here({});
  std::string csv = "from,to\n";
  for (int i = 0; i < 20; ++i) csv += fmt::format("a.example/{},b.example/{}\n", i, i);
  const auto file = (here.folder() / "moves.csv").string();
  std::ofstream{file} << csv;
  std::ostringstream out;
  std::ostringstream report;
  CHECK(run_move(
            {.file = file}, {}, [] { return std::make_unique<moody_store>(); }, out, report) == 1);
  CHECK(report.str() == "line 15: the store refused the operation (a.example/13)\n");
  CHECK_THAT(out.str(), Contains("19 moved: 19 impressions") && Contains("1 refused"));
}

TEST_CASE("A MongoDB that stands alone is told to be made a replica set, once", "[move]") {
  const mover here({});
  const auto file = (here.folder() / "moves.csv").string();
  std::ofstream{file} << "from,to\na.example/1,b.example/1\na.example/2,b.example/2\n";
  std::ostringstream out;
  std::ostringstream report;
  CHECK(run_move(
            {.file = file}, {}, [] { return std::make_unique<lone_store>(); }, out, report) == 1);
  CHECK_THAT(report.str(), Contains("stopped behind line 1: ") && Contains("make it a replica set"));
}

TEST_CASE("An export says where links have moved, and an import takes it", "[move][import][export]") {
  const mover here(old_links);
  REQUIRE(
      here.move("from,to\na.example/x,b.example/x\nb.example/x,c.example/x\na.example/never,c.example/x\n")
          .status == 0);
  const auto text = here.exported();
  CHECK_THAT(
      text,
      Contains(
          R"({"key":"a.example/never","impressions":0,"clicks":0,"shares":0,"moved_to":"c.example/x"})"));
  const auto file = (here.folder() / "counts.jsonl").string();
  std::ofstream{file} << text;
  for (const bool set : {true, false}) {
    const mover there(std::vector<stored_link>{{"a.example/never", {1, 0, 0}}});
    std::ostringstream out;
    for (int runs = 0; runs < 2; ++runs)
      CHECK(run_import(
                {.file = file, .set = set}, {}, [&] { return there.open(); }, out, out) == 0);
    CAPTURE(set);
    if (set) {
      CHECK(there.exported() == text);
    } else {
      CHECK(there.open()->find(std::vector<std::string>{"a.example/never"}).value().front() ==
            tally{6, 2, 1});
    }
  }
}

TEST_CASE("A line of an import that moves to nowhere is refused", "[move][import]") {
  const mover here({});
  const auto file = (here.folder() / "counts.jsonl").string();
  std::ofstream{file} << R"({"key":"a.example/x","shares":1,"moved_to":"ftp://b.example"})"
                      << "\n"
                      << R"({"key":"a.example/x","shares":1,"moved_to":"www.a.example/x/"})"
                      << "\n"
                      << R"({"key":"a.example/x","shares":1,"moved_to":7})"
                      << "\n";
  std::ostringstream out;
  std::ostringstream report;
  CHECK(run_import(
            {.file = file}, {}, [&] { return here.open(); }, out, report) == 1);
  CHECK_THAT(report.str(), Contains("line 1: moved_to: only http and https") &&
                               Contains("line 2: moved_to is the link itself") &&
                               Contains("line 3: moved_to is not a string"));
}
