#include "button/commands/export.hpp"

#include "button/commands/import.hpp"
#include "button/store/sqlite_store.hpp"
#include "tests/unit/print_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace buttond;
using buttond::testing::temporary_directory;

namespace {

std::string exported(store& from) {
  std::ostringstream out;
  std::ostringstream report;
  CHECK(run_export("-", from, out, report) == 0);
  CHECK(report.str().empty());
  return out.str();
}

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

const std::vector<stored_link> some_links{{"example.com/b", {9'007'199'254'740'993, 0, 1}},
                                          {"example.com/a?q=\"1\"\\", {0, 0, 0}},
                                          {"a.example/%7B", {1, 2, 3}}};
constexpr auto their_export =
    "{\"key\":\"a.example/%7B\",\"impressions\":1,\"clicks\":2,\"shares\":3}\n"
    "{\"key\":\"example.com/a?q=\\\"1\\\"\\\\\",\"impressions\":0,\"clicks\":0,\"shares\":0}\n"
    "{\"key\":\"example.com/b\",\"impressions\":9007199254740993,\"clicks\":0,\"shares\":1}\n";

}  // namespace

TEST_CASE("An export has one object a line, in the order of the keys", "[export]") {
  const temporary_directory directory;
  sqlite_store from{{.file = directory.path() / "buttond.db"}};
  CHECK(exported(from).empty());
  REQUIRE(from.set(some_links));
  CHECK(exported(from) == their_export);
}

TEST_CASE("A file of an export is there when it is whole", "[export]") {
  const temporary_directory directory;
  sqlite_store from{{.file = directory.path() / "buttond.db"}};
  REQUIRE(from.set(some_links));
  const auto file = directory.path() / "counts.jsonl";
  std::ofstream(file) << "an older export";
  std::ostringstream none;
  CHECK(run_export(file.string(), from, none, none) == 0);
  CHECK(none.str().empty());
  CHECK(content(file) == their_export);
  CHECK_FALSE(std::filesystem::exists(file.string() + ".part"));
}

TEST_CASE("An export that fails leaves the older one alone", "[export]") {
  const temporary_directory directory;
  sqlite_store from{{.file = directory.path() / "missing" / "buttond.db"}};
  const auto file = directory.path() / "counts.jsonl";
  std::ofstream(file) << "an older export";
  std::ostringstream out;
  std::ostringstream report;
  CHECK(run_export(file.string(), from, out, report) == 1);
  CHECK_THAT(report.str(), Catch::Contains("the export is not complete: the store cannot be reached"));
  CHECK(content(file) == "an older export");
  CHECK(run_export((directory.path() / "no" / "where").string(), from, out, report) == 1);
  CHECK_THAT(report.str(), Catch::Contains("cannot be written: No such file"));
}

TEST_CASE("A full disk is told", "[export]") {
  const temporary_directory directory;
  sqlite_store from{{.file = directory.path() / "buttond.db"}};
  REQUIRE(from.set(some_links));
  std::ostringstream out;
  std::ostringstream report;
  CHECK(run_export("/dev/full", from, out, report) == 1);
  CHECK_THAT(report.str(), Catch::Contains("/dev/full cannot be written: No space left on device"));
}

TEST_CASE("What was exported and set elsewhere exports alike", "[export][import]") {
  const temporary_directory directory;
  std::string text;
  for (int i = 10'000; i < 32'000; ++i)
    text +=
        fmt::format("{{\"key\":\"example.com/{}\",\"impressions\":{},\"clicks\":1,\"shares\":0}}\n", i, i);
  const auto file = directory.path() / "counts.jsonl";
  std::ofstream(file) << text;
  const auto database = directory.path() / "buttond.db";
  std::ostringstream out;
  const auto imported = run_import(
      {.file = file.string(), .set = true}, {},
      [&] { return std::make_unique<sqlite_store>(sqlite_store_options{.file = database}); }, out, out);
  CHECK(imported == 0);
  sqlite_store from{{.file = database}};
  CHECK(exported(from) == text);
}
