#include "button/commands/import.hpp"

#include "button/store/sqlite_store.hpp"
#include "tests/unit/print_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <sstream>

using namespace buttond;
using buttond::testing::temporary_directory;
using Catch::Contains;

namespace {

struct outcome {
  int status = 0;
  std::string out;
  std::string report;
};

/// A folder with a store, into which texts are imported.
class importer {
 public:
  outcome import(std::string_view text, const import_arguments& more = {},
                 const std::string& file_name = "counts") const {
    auto arguments = more;
    arguments.file = (directory_.path() / file_name).string();
    std::ofstream{arguments.file, std::ios::binary} << text;
    std::ostringstream out;
    std::ostringstream report;
    const auto status = run_import(
        arguments, {},
        [&] { return std::make_unique<sqlite_store>(sqlite_store_options{.file = database()}); }, out,
        report);
    return {status, out.str(), report.str()};
  }

  std::map<std::string, tally> counts() const {
    std::map<std::string, tally> all;
    sqlite_store from{{.file = database()}};
    REQUIRE(from.for_each([&](const stored_link& link) { all[link.key] = link.counts; }));
    return all;
  }

  std::filesystem::path database() const { return directory_.path() / "buttond.db"; }

 private:
  temporary_directory directory_;
};

sqlite_connection open_file(const std::filesystem::path& file) {
  std::string why;
  auto connection = sqlite_connection::open(file, false, std::chrono::seconds{1}, why);
  REQUIRE(connection);
  return std::move(*connection);
}

using counts_by_key = std::map<std::string, tally>;

}  // namespace

TEST_CASE("JSON Lines are added to what is there", "[import]") {
  const importer node;
  CHECK(node.import(R"({"key":"example.com/a","impressions":5,"clicks":2,"shares":1})"
                    "\n")
            .status == 0);
  const auto second = node.import(
      "\xef\xbb\xbf{\"url\":\"https://www.Example.com/a?utm_source=x\",\"shares\":3}\r\n"
      "\n"
      "  {\"clicks\": 7, \"key\": \"example.com/b\"}");
  CHECK(second.status == 0);
  CHECK(second.report.empty());
  CHECK_THAT(second.out, Contains("2 of 2 lines counted") && Contains("7 clicks, 3 shares; 0 refused"));
  CHECK(node.counts() == counts_by_key{{"example.com/a", {5, 2, 4}}, {"example.com/b", {0, 7, 0}}});
}

TEST_CASE("The same content counts once, whatever its file is called", "[import]") {
  const importer node;
  const auto* text = R"({"key":"example.com/a","shares":5})";
  CHECK(node.import(text).status == 0);
  CHECK(node.import(text, {}, "other").status == 0);
  CHECK(node.counts() == counts_by_key{{"example.com/a", {0, 0, 5}}});
}

TEST_CASE("Another name makes the same content another import", "[import]") {
  const importer node;
  const auto* text = R"({"key":"example.com/a","shares":5})";
  CHECK(node.import(text).status == 0);
  CHECK(node.import(text, {.name = "again"}).status == 0);
  CHECK(node.import(text, {.name = "again"}).status == 0);
  CHECK(node.counts() == counts_by_key{{"example.com/a", {0, 0, 10}}});
}

TEST_CASE("An import that was cut off goes on where it stopped", "[import]") {
  const importer node;
  std::string text;
  for (int i = 0; i < 25'000; ++i)
    text += fmt::format("{{\"key\":\"example.com/{}\",\"shares\":1}}\n", i % 12'000);

  {
    sqlite_store db{{.file = node.database()}};
    REQUIRE(db.find({}));  // makes the file
    REQUIRE(open_file(node.database())
                .execute("CREATE TRIGGER trap BEFORE INSERT ON applied WHEN NEW.number = 26 "
                         "BEGIN SELECT RAISE(ABORT, 'cut off'); END"));
  }
  const auto cut = node.import(text);
  CHECK(cut.status == 1);
  CHECK_THAT(cut.report, Contains("stopped before line 10001") && Contains("Run the same command again"));
  CHECK(node.counts().size() == 10'000);

  REQUIRE(open_file(node.database()).execute("DROP TRIGGER trap"));
  CHECK(node.import(text).status == 0);
  const auto counts = node.counts();
  CHECK(counts.size() == 12'000);
  CHECK(counts.at("example.com/0") == tally{0, 0, 3});
  CHECK(counts.at("example.com/999") == tally{0, 0, 3});
  CHECK(counts.at("example.com/1000") == tally{0, 0, 2});
}

TEST_CASE("Setting replaces the counts, and the last line of a link stands", "[import]") {
  const importer node;
  CHECK(node.import(R"({"key":"example.com/a","impressions":5,"shares":5})").status == 0);
  const auto set = node.import(
      "{\"key\":\"example.com/a\",\"shares\":1}\n{\"key\":\"example.com/a\",\"shares\":2}\n", {.set = true});
  CHECK(set.status == 0);
  CHECK_THAT(set.out, Contains("2 of 2 lines set"));
  CHECK(node.counts() == counts_by_key{{"example.com/a", {0, 0, 2}}});
}

TEST_CASE("A dry run reports and leaves everything alone", "[import]") {
  const importer node;
  const auto dry = node.import("{\"key\":\"example.com/a\",\"shares\":1}\nnonsense\n", {.dry_run = true});
  CHECK(dry.status == 1);
  CHECK_THAT(dry.out, Contains("1 of 2 lines could be imported") && Contains("1 refused"));
  CHECK_THAT(dry.report, Contains("line 2: it is not JSON"));
  CHECK_FALSE(std::filesystem::exists(node.database()));
}

TEST_CASE("A line that cannot be taken is told with its reason, and the others are taken", "[import]") {
  const importer node;
  const std::pair<const char*, const char*> lines[] = {
      {R"({"key":"example.com/a","shares":-1})", "shares is not a whole number"},
      {R"({"key":"example.com/a","shares":1.5})", "shares is not a whole number"},
      {R"({"key":"example.com/a","shares":"1"})", "shares is not a whole number"},
      {R"({"key":"example.com/a","shares":9007199254740992})", "shares is not a whole number"},
      {R"({"key":"example.com/a","shares":1e30})", "shares is not a whole number"},
      {R"({"shares":1})", "neither key nor url"},
      {R"({"key":"example.com/a","url":"https://example.com/a","shares":1})", "more than one key or url"},
      {R"({"key":"example.com/a","shares":1)", "not JSON"},
      {R"({"key":"example.com/a","share":1})", "none of impressions, clicks and shares"},
      {R"({"key":7,"shares":1})", "key is not a string"},
      {R"(["example.com/a",1])", "not a JSON object"},
      {R"({"url":"ftp://example.com/a","shares":1})", "only http and https"},
      {R"({"url":"http://127.0.0.1/a","shares":1})", "private and loopback hosts"},
  };
  for (const auto& [line, reason] : lines) {
    CAPTURE(line);
    const auto imported = node.import(fmt::format("{{\"key\":\"example.com/{}\",\"shares\":1}}\n{}\n",
                                                  std::hash<std::string>{}(line), line),
                                      {}, "counts.jsonl");
    CHECK(imported.status == 1);
    CHECK_THAT(imported.report, Contains("line 2: ") && Contains(reason));
    CHECK_THAT(imported.out, Contains("1 of 2 lines counted"));
  }
  CHECK(node.counts().size() == std::size(lines));
}

TEST_CASE("Only so many refused lines are told one by one", "[import]") {
  const importer node;
  std::string text = "{\"key\":\"example.com/a\",\"shares\":1}\n";
  for (int i = 0; i < 150; ++i) text += "nonsense\n";
  const auto imported = node.import(text);
  CHECK(imported.status == 1);
  CHECK_THAT(imported.report, Contains("line 101: ") && !Contains("line 102: ") &&
                                  Contains("... and 50 more lines were refused"));
}

TEST_CASE("A CSV is read as RFC 4180 says", "[import][csv]") {
  const importer node;
  const auto imported = node.import(
      "\xef\xbb\xbf"
      "title,url,shares,impressions\r\n"
      "\"A, \"\"quoted\"\"\r\ntitle\",https://example.com/a,3,\r\n"
      "\r\n"
      "plain,\"https://example.com/b?x=1,2\",4,10\n"
      ",example.com/c,0,1");
  CHECK(imported.status == 0);
  CHECK_THAT(imported.report, Contains("passed over: title"));
  CHECK(node.counts() == counts_by_key{{"example.com/a", {0, 0, 3}},
                                       {"example.com/b?x=1,2", {10, 0, 4}},
                                       {"example.com/c", {1, 0, 0}}});
}

TEST_CASE("A broken CSV record costs its line and no other", "[import][csv]") {
  const importer node;
  const auto imported = node.import(
      "key,shares\n"
      "\"example.com/closed-too-late,1\n"
      "example.com/a,1\n"
      "example.com/b\"c,1\n"
      "\"example.com/d\"e,1\n"
      "example.com/f,1,2\n"
      "example.com/g,-1\n"
      "example.com/h,1x\n"
      "example.com/i,1\n",
      {}, "counts.csv");
  CHECK(imported.status == 1);
  for (const char* told :
       {"line 2: text stands after a closing double quote", "line 4: a double quote stands inside",
        "line 5: text stands after a closing double quote", "line 6: it has 3 fields",
        "line 7: shares is not a whole number", "line 8: shares is not a whole number"})
    CHECK_THAT(imported.report, Contains(told));
  CHECK(node.counts() == counts_by_key{{"example.com/a", {0, 0, 1}}, {"example.com/i", {0, 0, 1}}});
}

TEST_CASE("A quote that is never closed costs its line and not the rest of the file", "[import][csv]") {
  const importer node;
  const auto imported = node.import("key,shares\n\"example.com/never-closed,1\nexample.com/a,1\n");
  CHECK(imported.status == 1);
  CHECK_THAT(imported.report, Contains("line 2: a double quote is not closed"));
  CHECK(node.counts() == counts_by_key{{"example.com/a", {0, 0, 1}}});
}

TEST_CASE("A file that cannot be an import is refused as a whole", "[import]") {
  const importer node;
  CHECK_THROWS_WITH(node.import("", {.format = "csv"}), Contains("empty"));
  CHECK_THROWS_WITH(node.import("[{\"key\":\"example.com/a\",\"shares\":1}]"), Contains("JSON array"));
  CHECK_THROWS_WITH(node.import("key;shares\nexample.com/a;1\n"), Contains("not a CSV header"));
  CHECK_THROWS_WITH(node.import("key,title\nexample.com/a,1\n"), Contains("not a CSV header"));
  CHECK_THROWS_WITH(node.import("key,url,shares\n"), Contains("both key and url"));
  CHECK_THROWS_WITH(node.import("key,shares,shares\n"), Contains("twice"));
  std::ostringstream out;
  CHECK_THROWS_WITH(run_import(
                        {.file = "/nonexistent/counts"}, {}, [] { return nullptr; }, out, out),
                    Contains("/nonexistent/counts cannot be read: No such file"));
  CHECK_THROWS_WITH(run_import(
                        {.file = "/tmp"}, {}, [] { return nullptr; }, out, out),
                    Contains("is a folder"));
}
