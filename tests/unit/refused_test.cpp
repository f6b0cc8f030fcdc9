#include "button/commands/refused.hpp"

#include "button/config.hpp"
#include "tests/unit/plain_store.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <sstream>

using namespace buttond;
using namespace buttond::testing;
using Catch::Contains;

namespace {

class store_that_refused final : public plain_store {
 public:
  result<void> for_each_refused(const std::function<void(const refused_item&)>& visit) override {
    if (away) return errc::store_unavailable;
    for (const auto& item : items) visit(item);
    return {};
  }

  /// Counts all but "batch", or the item of that id.
  result<std::int64_t> retry_refused(std::string_view id) override {
    retried.emplace_back(id);
    if (away || takes_nothing) return errc::store_refused;
    return static_cast<std::int64_t>(std::erase_if(
        items, [&](const refused_item& item) { return id.empty() ? item.kind != "batch" : item.id == id; }));
  }

  std::vector<refused_item> items;
  std::vector<std::string> retried;
  bool away = false;
  bool takes_nothing = false;
};

const wall_time some_time = std::chrono::sys_days(std::chrono::year(2026) / 3 / 14) + std::chrono::hours(12);
const refused_item a_link{.id = "17|links|1",
                          .kind = "links",
                          .why = "Document failed\tvalidation\n(121)",
                          .at = some_time,
                          .links = 1,
                          .first_key = "example.com/a",
                          .counts = {3, 2, 1}};
const refused_item a_batch{.id = "abc|7",
                           .kind = "batch",
                           .why = "its name is taken",
                           .at = some_time,
                           .links = 12,
                           .first_key = "example.com/b",
                           .counts = {40, 0, 0}};

struct outcome {
  outcome(const refused_arguments& arguments, store& in) {
    std::ostringstream lines;
    std::ostringstream told;
    status = run_refused(arguments, in, lines, told);
    out = lines.str();
    report = told.str();
  }

  int status;
  std::string out;
  std::string report;
};

refused_arguments parsed(std::initializer_list<const char*> words) {
  const std::vector<const char*> arguments(words);
  const auto line = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
  REQUIRE(line);
  CHECK(line->verb == command::refused);
  return line->refused;
}

}  // namespace

TEST_CASE("Each refused item is a line with tabs, and the exit status says that there are any", "[refused]") {
  store_that_refused in;
  in.items = {a_link, a_batch};
  const outcome listed({}, in);
  CHECK(listed.status == 1);
  CHECK(listed.report.empty());
  CHECK(listed.out ==
        "17|links|1\tlinks\t3 impressions, 2 clicks, 1 shares\texample.com/a\t2026-03-14T12:00:00Z\t"
        "Document failed validation (121)\n"
        "abc|7\tbatch\t40 impressions, 0 clicks, 0 shares\t12 links from example.com/b on\t"
        "2026-03-14T12:00:00Z\tits name is taken\n");
  CHECK(in.retried.empty());
}

TEST_CASE("Where nothing is refused nothing is listed", "[refused]") {
  store_that_refused in;
  const outcome listed({}, in);
  CHECK(listed.status == 0);
  CHECK(listed.out.empty());
}

TEST_CASE("A retry says how many were counted, and lists what is left", "[refused]") {
  store_that_refused in;
  in.items = {a_link, a_batch, a_link};
  const outcome retried({.retry = true}, in);
  CHECK(retried.status == 1);
  CHECK_THAT(retried.out, Catch::StartsWith("2 counted\nabc|7\tbatch"));
  CHECK(in.retried == std::vector<std::string>{""});
}

TEST_CASE("One item is retried by its id, whatever its kind", "[refused]") {
  store_that_refused in;
  in.items = {a_batch};
  const outcome retried({.retry = true, .id = "abc|7"}, in);
  CHECK(retried.status == 0);
  CHECK(retried.out == "1 counted\n");
}

TEST_CASE("A store that is away is told", "[refused]") {
  store_that_refused in;
  in.away = true;
  const outcome listed({}, in);
  CHECK(listed.status == 1);
  CHECK(listed.report == "what was refused could not be read: the store cannot be reached\n");
}

TEST_CASE("A retry that fails is told", "[refused]") {
  store_that_refused in;
  in.items = {a_link};
  in.takes_nothing = true;
  const outcome retried({.retry = true}, in);
  CHECK(retried.status == 1);
  CHECK_THAT(retried.report, Contains("could not be tried again: the store refused the operation"));
}

TEST_CASE("refused takes --retry with an id and without", "[refused][config]") {
  CHECK_FALSE(parsed({"buttond", "refused"}).retry);
  CHECK(parsed({"buttond", "refused", "--retry"}).retry);
  CHECK(parsed({"buttond", "refused", "--retry"}).id.empty());
  CHECK(parsed({"buttond", "refused", "--retry", "abc|7"}).id == "abc|7");
  CHECK(parsed({"buttond", "refused", "--retry", "--data", "/tmp"}).id.empty());
}
