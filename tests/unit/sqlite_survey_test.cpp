#include "button/store/sqlite_survey.hpp"

#include "button/store/sqlite_connection.hpp"
#include "button/store/sqlite_store.hpp"
#include "tests/unit/batches.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

/// A store with a link, and what its file is asked past every survey.
class counted_file {
 public:
  counted_file() {
    sqlite_store db({.file = path()});
    test_node node{"node-1"};
    REQUIRE(node.bring(db, {{"example.com/a", {5, 1, 0}}}));
  }

  std::filesystem::path path() const { return directory_.path() / "buttond.db"; }

  sqlite_connection open() const {
    std::string why;
    auto connection = sqlite_connection::open(path(), false, 1s, why);
    REQUIRE(connection);
    return std::move(*connection);
  }

  std::int64_t count(std::string_view sql) const { return open().query_integer(sql).value(); }

 private:
  temporary_directory directory_;
};

const node_report a_report{.node = "a1", .at = std::chrono::system_clock::now(), .text = "{}"};
constexpr auto indexes = "SELECT count(*) FROM sqlite_master WHERE name = 'site_days_by_day'";

}  // namespace

TEST_CASE("The file of an older buttond gets the index of its days with the first report", "[survey]") {
  const counted_file file;
  CHECK(file.count(indexes) == 1);
  REQUIRE(file.open().execute("DROP INDEX site_days_by_day; DROP TABLE nodes; DROP TABLE node_hours"));
  sqlite_survey asked({.file = file.path()});
  CHECK(asked.days().value()->last == a_day);  // it is not needed
  CHECK(file.count(indexes) == 0);
  CHECK(asked.tell(a_report, {}));
  CHECK(file.count(indexes) == 1);
  CHECK(asked.reports({})->size() == 1);
}

TEST_CASE("A question that finds no connection free is given up", "[survey]") {
  const counted_file file;
  sqlite_survey asked({.file = file.path(), .patience = 20ms, .connections = 1});
  bool visited = false;
  CHECK(asked.sites_on(a_day, 10, [&](std::string_view, const tally&) {
    visited = true;
    CHECK(asked.days().error() == errc::store_timeout);
  }));
  CHECK(visited);
  CHECK(asked.days());
}

TEST_CASE("A write of somebody else holds up no question, and a report no longer than it may", "[survey]") {
  const counted_file file;
  sqlite_survey asked({.file = file.path(), .patience = 20ms});
  auto other = file.open();
  REQUIRE(other.execute("BEGIN IMMEDIATE; DELETE FROM site_days"));
  CHECK(asked.days().value().has_value());
  CHECK(asked.tell(a_report, {}).error() == errc::store_timeout);
  REQUIRE(other.execute("ROLLBACK"));
  CHECK(asked.tell(a_report, {}));
}

TEST_CASE("A file that is put in the place of the store's is the one that is asked", "[survey]") {
  const counted_file file;
  sqlite_survey asked({.file = file.path()});
  REQUIRE(asked.days().value().has_value());
  std::filesystem::remove(file.path());
  CHECK_FALSE(asked.days().value().has_value());
  for (const auto* rest : {"-wal", "-shm"}) std::filesystem::remove(file.path().string() + rest);
  REQUIRE(sqlite_store({.file = file.path()}).share_key("k"));
  CHECK(asked.tell(a_report, {}));
  CHECK_FALSE(asked.days().value().has_value());
}
