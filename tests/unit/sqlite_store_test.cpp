// What is SQLite's own about the embedded store; what every store promises is in store_contract_test.cpp.

#include "button/store/sqlite_store.hpp"

#include "button/store/open_store.hpp"
#include "button/store/sqlite_schema.hpp"
#include "tests/unit/batches.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <thread>
#include <utility>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// The file as another program sees it.
sqlite_connection open_file(const fs::path& file) {
  std::string why;
  auto connection = sqlite_connection::open(file, true, 5s, why);
  REQUIRE(connection);
  return std::move(*connection);
}

/// One impression of a node of its own.
result<bring_report> bring_one(store& to, const std::string& key = "example.com/a") {
  static int nodes = 0;
  return test_node{fmt::format("single-{}", ++nodes)}.bring(to, {{key, {1, 0, 0}}}, std::nullopt);
}

/// The seconds of CPU that this thread has used.
double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

TEST_CASE("A batch that fails in the middle leaves nothing behind and can come again", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  sqlite_store db{{.file = file}};
  REQUIRE(bring_one(db));

  auto other = open_file(file);
  REQUIRE(
      other.execute("CREATE TRIGGER trap BEFORE INSERT ON links WHEN NEW.key = 'example.com/m' "
                    "BEGIN SELECT RAISE(ABORT, 'trapped'); END"));
  test_node node{"node-1"};
  const auto b =
      node.make({{"example.com/a", {1, 0, 0}}, {"example.com/m", {1, 0, 0}}, {"example.com/z", {1, 0, 0}}},
                std::chrono::sys_days{});
  const auto brought = bring(db, b);
  REQUIRE_FALSE(brought);
  CHECK(brought.error() == errc::store_refused);
  CHECK(db.find(std::vector<std::string>{"example.com/a"}).value().front() == tally{1, 0, 0});
  CHECK(other.query_integer("SELECT count(*) FROM site_days").value() == 0);

  REQUIRE(other.execute("DROP TRIGGER trap"));
  REQUIRE(bring(db, b));
  CHECK(db.find(std::vector<std::string>{"example.com/a"}).value().front() == tally{2, 0, 0});
  CHECK(other
            .query_integer("SELECT impressions FROM site_days WHERE site = 'example.com' "
                           "AND day = '1970-01-01'")
            .value() == 3);
}

TEST_CASE("A batch with a day adds to the days of its sites, one without does not", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  sqlite_store db{{.file = file}};
  const std::vector<link_delta> links{{"a.example/1", {1, 10, 100}},
                                      {"b.example:8080/2", {2, 20, 0}},
                                      {"a.example?q", {4, 40, 400}},
                                      {"c.example", {0, 0, 0}}};
  const std::chrono::sys_days day = std::chrono::year{2026} / 2 / 28;
  test_node node{"node-1"};
  const auto first = node.make(links, day);
  REQUIRE(bring(db, first));
  REQUIRE(bring(db, first));
  REQUIRE(node.bring(db, links, day + std::chrono::days{1}));
  REQUIRE(node.bring(db, links, std::nullopt));

  auto other = open_file(file);
  const auto sum = [&](std::string_view what, std::string_view site, std::string_view date) {
    return other
        .query_integer(
            fmt::format("SELECT {} FROM site_days WHERE site = '{}' AND day = '{}'", what, site, date))
        .value();
  };
  CHECK(sum("impressions", "a.example", "2026-02-28") == 5);
  CHECK(sum("clicks", "a.example", "2026-02-28") == 50);
  CHECK(sum("shares", "a.example", "2026-02-28") == 500);
  CHECK(sum("impressions", "b.example:8080", "2026-02-28") == 2);
  CHECK(sum("impressions", "a.example", "2026-03-01") == 5);
  CHECK(other.query_integer("SELECT count(*) FROM site_days").value() == 4);
  CHECK(other.query_integer("SELECT count(*) FROM links WHERE site = 'a.example'").value() == 2);
}

TEST_CASE("A node that has brought batches elsewhere goes on in a new file", "[store][sqlite]") {
  const temporary_directory directory;
  test_node node{"node-1"};
  static_cast<void>(node.make({{"example.com/a", {1, 0, 0}}}));
  sqlite_store db{{.file = directory.path() / "new.db"}};
  REQUIRE_FALSE(node.bring(db, {{"example.com/a", {10, 0, 0}}}).value().name_taken);
  CHECK(count_of(db, "example.com/a") == tally{10, 0, 0});
}

TEST_CASE(
    "A file from before there were readers' shares and keys is brought up to date, and knows its shares",
    "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  const std::vector<share_report> reported{{"example.com/a", "id-1", 1}};
  REQUIRE(sqlite_store{{.file = file}}.record_shares(reported));
  REQUIRE(open_file(file).execute("DROP TABLE recent_reader_shares; DROP TABLE keys"));

  sqlite_store db{{.file = file}};
  const auto recorded = db.record_shares(std::vector<share_report>{
      {"example.com/a", "id-1", 1, shared_by::reader}, {"example.com/a", "id-2", 1, shared_by::reader}});
  REQUIRE(recorded);
  CHECK(recorded->fresh == std::vector<bool>{false, true});
  CHECK(db.record_shares(reported)->repeated == 1);
  CHECK(open_file(file).query_integer("PRAGMA user_version").value() == sqlite_schema_version);
}

TEST_CASE("The ids of a link's shares take bounded room", "[store][sqlite]") {
  const auto [by, table] = GENERATE(std::pair{shared_by::application, "recent_shares"},
                                    std::pair{shared_by::reader, "recent_reader_shares"});
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  sqlite_store db{{.file = file}};
  std::vector<share_report> reports;
  for (int i = 0; i < 1'000; ++i) reports.push_back({"example.com/a", fmt::format("id-{}", i), 1, by});
  REQUIRE(db.record_shares(reports));
  auto other = open_file(file);
  const auto count = fmt::format("SELECT count(*) FROM {}", table);
  CHECK(other.query_integer(count).value() == recent_shares_kept);
  CHECK(other.query_integer(count + " WHERE id = 'id-744'").value() == 1);
}

TEST_CASE("A store in a folder that is missing is opened, fails, and recovers when the folder is there",
          "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "later" / "buttond.db";
  const auto db = open_store("sqlite:" + file.string());
  const auto brought = bring_one(*db);
  REQUIRE_FALSE(brought);
  CHECK(brought.error() == errc::store_unavailable);
  CHECK(db->find(std::vector<std::string>{"example.com/a"}).error() == errc::store_unavailable);
  CHECK(db->ping().error() == errc::store_unavailable);

  fs::create_directory(directory.path() / "later");
  CHECK(db->ping());
  CHECK(bring_one(*db));
  CHECK(db->find(std::vector<std::string>{"example.com/a"}).value().front() == tally{1, 0, 0});
}

TEST_CASE("A file that is moved away under a running store is not written to any more", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  sqlite_store db{{.file = file}};
  REQUIRE(bring_one(db));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const auto part = file.string() + suffix;
    if (fs::exists(part)) fs::rename(part, part + ".old");
  }
  REQUIRE(bring_one(db, "example.com/b"));
  auto other = open_file(file);
  CHECK(other.query_integer("SELECT count(*) FROM links WHERE key = 'example.com/b'").value() == 1);
}

TEST_CASE("A file that a newer version wrote is refused and left alone", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  { REQUIRE(bring_one(*open_store("sqlite:" + file.string()))); }
  { REQUIRE(open_file(file).execute("PRAGMA user_version = 99")); }
  CHECK_THROWS_WITH(open_store("sqlite:" + file.string()),
                    Catch::Contains("version 99") && Catch::Contains(file.string()));
  CHECK(open_file(file).query_integer("PRAGMA user_version").value() == 99);
  CHECK(open_file(file).query_integer("SELECT count(*) FROM links").value() == 1);
}

TEST_CASE("A file that becomes newer under a running store fails its calls", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  const auto db = open_store("sqlite:" + file.string());
  { REQUIRE(open_file(file).execute("PRAGMA user_version = 99")); }
  CHECK(bring_one(*db).error() == errc::store_schema);
}

TEST_CASE("The database of another program is refused and left alone", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "other.db";
  { REQUIRE(open_file(file).execute("CREATE TABLE notes (text)")); }
  CHECK_THROWS_WITH(open_store("sqlite:" + file.string()), Catch::Contains("another program"));
  CHECK(open_file(file).query_integer("SELECT count(*) FROM sqlite_master").value() == 1);
}

TEST_CASE("A file that is no database is refused", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "notes.txt";
  std::ofstream{file} << std::string(5'000, 'x');
  CHECK_THROWS_AS(open_store("sqlite:" + file.string()), startup_error);
}

TEST_CASE("A store that must exist is not made", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  const auto db = open_store("sqlite:" + file.string(), if_missing::fail);
  CHECK(db->ping().error() == errc::store_unavailable);
  CHECK_FALSE(fs::exists(file));
}

TEST_CASE("A transaction of another process is waited for, but not for good", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  sqlite_store db{{.file = file, .busy = 50ms}};
  REQUIRE(bring_one(db));
  auto other = open_file(file);
  REQUIRE(other.execute("BEGIN IMMEDIATE"));
  CHECK(bring_one(db).error() == errc::store_timeout);
  CHECK(db.find(std::vector<std::string>{"example.com/a"}).value().front() == tally{1, 0, 0});
  REQUIRE(other.execute("COMMIT"));
  CHECK(bring_one(db));
}

TEST_CASE("The two processes that make a file at once agree", "[store][sqlite][concurrent]") {
  const temporary_directory directory;
  for (int round = 0; round < 10; ++round) {
    const auto file = directory.path() / fmt::format("{}.db", round);
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 3; ++i)
        threads.emplace_back([&file, i] {
          sqlite_store db{{.file = file}};
          static_cast<void>(test_node{fmt::format("node-{}", i)}.bring(db, {{"example.com/a", {1, 0, 0}}}));
        });
    }
    sqlite_store db{{.file = file}};
    CHECK(db.find(std::vector<std::string>{"example.com/a"}).value().front() == tally{3, 0, 0});
  }
}

TEST_CASE("An address that names no store is refused with a hint", "[store]") {
  CHECK_THROWS_WITH(open_store("sqlite:"), Catch::Contains("names no file"));
  CHECK_THROWS_WITH(open_store("postgres://localhost/buttond"), Catch::Contains("sqlite:FILE"));
  CHECK_THROWS_WITH(open_store(""), Catch::Contains("sqlite:FILE"));
}

// A measurement (hidden: run it by its tag): the CPU of 200,000 distinct links.
TEST_CASE("200,000 distinct links in batches", "[.bench][sqlite]") {
  const temporary_directory directory;
  sqlite_store db{{.file = directory.path() / "buttond.db"}};
  std::vector<std::string> keys;
  for (std::uint64_t i = 0; i < 200'000; ++i)
    keys.push_back(
        fmt::format("www-{}.example.com/articles/2026/{:x}", i % 1'000, i * 0x9e3779b97f4a7c15ULL));
  test_node node{"node-1"};
  for (const bool fresh : {true, false}) {
    std::vector<owned_batch> batches;
    for (std::size_t first = 0; first < keys.size(); first += links_in_batch) {
      std::vector<link_delta> links;
      for (auto i = first; i < first + links_in_batch; ++i) links.push_back({keys[i], {1, 0, 0}});
      batches.push_back(node.make(links));
    }
    const auto before = cpu_seconds();
    const auto wall = std::chrono::steady_clock::now();
    for (std::size_t first = 0; first < batches.size(); first += 8) {
      std::vector<batch> some;
      for (auto i = first; i < first + 8; ++i) some.push_back(batches[i].view());
      REQUIRE(db.bring(some, {}));
    }
    WARN(fmt::format("{}: {:.2f} s of CPU, {:.2f} s", fresh ? "new links" : "known links",
                     cpu_seconds() - before,
                     std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count()));
  }
}

TEST_CASE("To see whether a store can be read and written makes no file", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  sqlite_store db{{.file = file}};
  std::string why;
  CHECK(db.ping(why));
  CHECK(db.can_write(why));
  CHECK(fs::is_empty(directory.path()));

  std::ofstream{file} << "";
  CHECK(db.ping(why));
  CHECK(db.can_write(why));
  CHECK(fs::file_size(file) == 0);

  sqlite_store must_exist{{.file = directory.path() / "other.db", .create = false}};
  CHECK(must_exist.ping(why).error() == errc::store_unavailable);
  CHECK_THAT(why, Catch::Contains("there is no such file"));
  CHECK(must_exist.can_write(why).error() == errc::store_unavailable);

  sqlite_store nowhere{{.file = directory.path() / "missing" / "buttond.db"}};
  CHECK(nowhere.ping(why).error() == errc::store_unavailable);
  CHECK_THAT(why, Catch::Contains("no file can be made in " + (directory.path() / "missing").string()));
  CHECK_FALSE(fs::exists(directory.path() / "missing"));
}

TEST_CASE("To see whether a store can be written changes nothing, and says why it cannot",
          "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  sqlite_store db{{.file = file, .busy = 50ms}};
  REQUIRE(bring_one(db));
  std::string why;
  CHECK(db.can_write(why));
  CHECK(db.can_write(why));
  auto other = open_file(file);
  CHECK(other.query_integer("SELECT count(*) FROM applied").value() == 1);

  REQUIRE(other.execute("BEGIN IMMEDIATE"));
  CHECK(db.ping(why));
  CHECK(db.can_write(why).error() == errc::store_timeout);
  CHECK_THAT(why, Catch::Contains("locked") && Catch::Contains("see which other program holds the file"));
  REQUIRE(other.execute("ROLLBACK"));
  CHECK(db.can_write(why));
}

TEST_CASE("A file that is damaged is told as such", "[store][sqlite]") {
  const temporary_directory directory;
  const auto file = directory.path() / "buttond.db";
  { REQUIRE(bring_one(*open_store("sqlite:" + file.string()))); }
  {
    std::fstream damaged{file, std::ios::in | std::ios::out | std::ios::binary};
    damaged.seekp(4096);
    damaged << std::string(fs::file_size(file) - 4096, '\xff');
  }
  CHECK(bring_one(*open_store("sqlite:" + file.string())).error() == errc::store_damaged);
}
