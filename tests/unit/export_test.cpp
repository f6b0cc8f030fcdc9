#include "button/commands/export.hpp"

#include "button/commands/import.hpp"
#include "button/store/sqlite_store.hpp"
#include "tests/unit/plain_store.hpp"
#include "tests/unit/print_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <fstream>
#include <sstream>

using namespace buttond;
using buttond::testing::plain_store;
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

namespace {

/// Shows its link when what waits was folded, in so many calls.
class store_with_batches final : public plain_store {
 public:
  explicit store_with_batches(std::deque<result<fold_report>> folds) : folds_(std::move(folds)) {}

  result<fold_report> fold(const std::atomic<fold_turn>& turn) override {
    CHECK(turn == fold_turn::at_once);
    auto answer = folds_.front();
    if (folds_.size() > 1) folds_.pop_front();
    folded_ = answer && answer->waiting == 0;
    return answer;
  }

  result<void> for_each(const std::function<void(const stored_link&)>& visit) override {
    visit({"example.com/a", {folded_ ? 2 : 1, 0, 0}});
    return {};
  }

 private:
  std::deque<result<fold_report>> folds_;
  bool folded_ = false;
};

struct outcome {
  explicit outcome(std::deque<result<fold_report>> folds) {
    store_with_batches from(std::move(folds));
    std::ostringstream told;
    std::ostringstream written;
    status = run_export("-", from, written, told);
    out = written.str();
    report = told.str();
  }

  int status;
  std::string out;
  std::string report;
};

constexpr auto old_counts = "{\"key\":\"example.com/a\",\"impressions\":1,\"clicks\":0,\"shares\":0}\n";
constexpr auto new_counts = "{\"key\":\"example.com/a\",\"impressions\":2,\"clicks\":0,\"shares\":0}\n";

fold_report folded(std::int64_t batches, std::int64_t waiting) {
  fold_report report;
  report.batches = batches;
  report.waiting = waiting;
  return report;
}

}  // namespace

TEST_CASE("What waits in the database is added to the links before they are exported", "[export]") {
  const outcome exported({folded(20, 5), folded(0, 5), folded(5, 0)});
  CHECK(exported.status == 0);
  CHECK(exported.out == new_counts);
  CHECK(exported.report.empty());
}

TEST_CASE("Who may only read exports what is there, and is told", "[export]") {
  const outcome exported({errc::store_refused});
  CHECK(exported.status == 0);
  CHECK(exported.out == old_counts);
  CHECK_THAT(exported.report, Catch::Contains("the newest counts may be missing") &&
                                  Catch::Contains("the store refused the operation"));
}

TEST_CASE("Batches that cannot be added are told by their number", "[export]") {
  const outcome exported({folded(0, 3)});
  CHECK(exported.status == 0);
  CHECK(exported.out == old_counts);
  CHECK_THAT(exported.report, Catch::Contains("the counts of 3 batches are missing"));
}
