// How an import becomes batches; what stands in its lines is import_test's.
#include "button/commands/import.hpp"
#include "button/store/batch_parts.hpp"
#include "tests/unit/plain_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <sstream>

using namespace buttond;
using namespace buttond::testing;
using Catch::Contains;

namespace {

struct brought {
  std::string node;
  std::int64_t number;
  batch_mark after;
  std::string sum;
  std::vector<std::string> keys;
};

/// Remembers the batches that came, and answers as a test says.
class batch_list final : public plain_store {
 public:
  result<bring_report> bring(std::span<const batch> all, std::span<const batch>) override {
    for (const auto& b : all) {
      CHECK_FALSE(b.day);
      CHECK(b.sum == batch_sum(b, ""));
      CHECK(b.closed_at > std::chrono::system_clock::now() - std::chrono::minutes(1));
      brought one{std::string(b.node), b.number, b.after, b.sum, {}};
      for (const auto& link : b.links) one.keys.emplace_back(link.key);
      batches.push_back(std::move(one));
    }
    return answer;
  }

  result<fold_report> fold(const std::atomic<fold_turn>& turn) override {
    CHECK(turn == fold_turn::at_once);
    ++folds;
    fold_report report;
    if (!fold_answer) return fold_answer.error();
    report.batches = *fold_answer > 0 ? 0 : 1;
    report.waiting = *fold_answer;
    return report;
  }

  std::vector<brought> batches;
  result<bring_report> answer = bring_report{};
  result<std::int64_t> fold_answer = std::int64_t{0};
  int folds = 0;
};

struct import_of {
  explicit import_of(const std::string& text, const key_rules& rules = {},
                     const std::function<void(batch_list&)>& prepare = {}, import_arguments arguments = {}) {
    const temporary_directory directory;
    arguments.file = (directory.path() / "counts.jsonl").string();
    std::ofstream(arguments.file) << text;
    std::ostringstream told;
    std::ostringstream lines;
    auto to = std::make_unique<batch_list>();
    auto& list = *to;
    if (prepare) prepare(list);
    status = run_import(
        arguments, rules,
        [&] {
          struct forward final : plain_store {
            explicit forward(batch_list& into) : list(into) {}
            result<bring_report> bring(std::span<const batch> all, std::span<const batch> later) override {
              return list.bring(all, later);
            }
            result<fold_report> fold(const std::atomic<fold_turn>& turn) override { return list.fold(turn); }
            result<void> set(std::span<const stored_link>) override { return {}; }
            batch_list& list;
          };
          return std::make_unique<forward>(list);
        },
        lines, told);
    out = lines.str();
    report = told.str();
    batches = list.batches;
    folds = list.folds;
  }

  int status;
  std::string out;
  std::string report;
  std::vector<brought> batches;
  int folds;
};

std::string line(const std::string& link) {
  return fmt::format("{{\"url\":\"https://{}\",\"shares\":1}}\n", link);
}

std::string some_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line(fmt::format("example.com/{}", i));
  return text;
}

}  // namespace

TEST_CASE("A file becomes a chain of numbered batches, 400 lines each", "[import]") {
  const import_of done(some_lines(10'500));
  REQUIRE(done.status == 0);
  REQUIRE(done.batches.size() == 27);
  batch_mark before;
  for (const auto& each : done.batches) {
    CHECK(each.node == done.batches.front().node);
    CHECK(each.number == before.number + 1);
    CHECK(each.after == before);
    CHECK(each.keys.size() == (each.number == 27 ? 100 : 400));
    before = {each.number, each.sum};
  }
  CHECK_THAT(done.batches.front().node, Catch::StartsWith("import-"));
  CHECK(valid_node(done.batches.front().node));
}

TEST_CASE("The same file makes the same batches again", "[import]") {
  const auto text = some_lines(1'000);
  const import_of first(text);
  const import_of again(text);
  REQUIRE(first.batches.size() == again.batches.size());
  for (std::size_t i = 0; i < first.batches.size(); ++i) {
    CHECK(first.batches[i].node == again.batches[i].node);
    CHECK(first.batches[i].sum == again.batches[i].sum);
  }
}

TEST_CASE("Lines that one run refuses and another takes move no other line to another batch", "[import]") {
  const auto text = line("10.0.0.1/a") + some_lines(799);
  const import_of without(text);
  const import_of with_private(text, {.allow_private_hosts = true});
  REQUIRE(without.batches.size() == 2);
  REQUIRE(with_private.batches.size() == 2);
  CHECK(without.batches[0].keys.size() == 399);
  CHECK(with_private.batches[0].keys.size() == 400);
  CHECK(without.batches[1].keys == with_private.batches[1].keys);
}

TEST_CASE("A batch of refused lines is brought empty, so that the next one follows it", "[import]") {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "nonsense\n";
  const import_of done(text + some_lines(1));
  REQUIRE(done.batches.size() == 2);
  CHECK(done.batches[0].keys.empty());
  CHECK(done.batches[1].keys == std::vector<std::string>{"example.com/0"});
}

TEST_CASE("The longest keys fit into a batch", "[import]") {
  std::vector<std::string> keys(lines_in_batch, std::string(max_url_bytes, 'a'));
  std::vector<link_delta> links;
  for (const auto& key : keys) links.push_back({key, {}});
  CHECK(cut_into_batches(links) == std::vector<std::size_t>{lines_in_batch});
}

TEST_CASE("An import is added to the links at its end", "[import]") {
  const import_of done(some_lines(3));
  CHECK(done.folds == 1);
  CHECK(done.report.empty());
}

TEST_CASE("Batches of an import that cannot be added yet are told, and no failure", "[import]") {
  const import_of away(some_lines(3), {}, [](batch_list& to) { to.fold_answer = errc::store_timeout; });
  CHECK(away.status == 0);
  CHECK_THAT(away.report, Contains("some batches wait (the store did not answer in time)") &&
                              Contains("a running server, or the next import or export, adds them"));
  const import_of waits(some_lines(3), {}, [](batch_list& to) { to.fold_answer = 4; });
  CHECK(waits.status == 0);
  CHECK_THAT(waits.report, Contains("4 batches wait;"));
}

TEST_CASE("What was counted before is in the links when they are set", "[import]") {
  const import_of done(some_lines(3), {}, {}, {.set = true});
  CHECK(done.status == 0);
  CHECK(done.folds == 1);
  CHECK(done.batches.empty());
}

TEST_CASE("An import whose lines were counted otherwise before stops and says what to do", "[import]") {
  const import_of done(some_lines(20'000), {}, [](batch_list& to) {
    to.answer = bring_report{.name_taken = true, .set_aside_batches = 8, .set_aside = {}};
  });
  CHECK(done.status == 1);
  CHECK(done.batches.size() == 8);
  CHECK_THAT(done.report,
             Contains("stopped before line 1: another run of this import counted these lines otherwise") &&
                 Contains("8 batches were set aside") && Contains("--name"));
}
