#include "button/impressions/tally_sheet.hpp"

#include "common/file.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <cstring>
#include <map>
#include <string>

using namespace buttond;
using namespace buttond::testing;

namespace {

constexpr std::string_view node = "0123456789abcdef";
constexpr sheet_size small{32, 1024};
const auto day = std::chrono::sys_days(std::chrono::year(2026) / 3 / 14);

struct filled_sheet {
  filled_sheet() {
    made->begin(day);
    add(event_kind::impression, "example.com/a");
    add(event_kind::impression, "example.com/a");
    add(event_kind::click, "example.com/a");
    add(event_kind::impression, "example.com/b");
  }
  void add(event_kind kind, std::string_view key) { REQUIRE(made->add(kind, fingerprint_of(key), key)); }
  std::string content() const { return *read_file(made->file()); }

  temporary_directory directory;
  fingerprinter fingerprint_of;
  std::shared_ptr<tally_sheet> made = *tally_sheet::create(directory.path() / "sheet-7", node, 7, small);
};

using tallies = std::map<std::string, event_totals>;

tallies read(const sheet_view& view, event_totals* damaged = nullptr) {
  tallies all;
  const auto bad = view.for_each(
      [&](std::string_view key, const event_totals& counts) { all[std::string(key)] = counts; });
  if (damaged != nullptr) *damaged = bad;
  return all;
}

const tallies expected{{"example.com/a", {2, 1}}, {"example.com/b", {1, 0}}};

}  // namespace

TEST_CASE("what a tally sheet counted is in its file at once", "[tally_sheet]") {
  const filled_sheet filled;
  const auto content = filled.content();
  const auto view = sheet_view::parse(content, node);
  REQUIRE(view.has_value());
  CHECK(view->day() == day);
  CHECK(view->number() == 7);
  CHECK(read(*view) == expected);
  CHECK(read(filled.made->view()) == expected);
  CHECK(filled.made->totals() == event_totals{3, 1});
}

TEST_CASE("a tally sheet in memory counts the same", "[tally_sheet]") {
  const auto made = tally_sheet::in_memory(small);
  const fingerprinter fingerprint_of;
  made->begin(day);
  REQUIRE(made->add(event_kind::click, fingerprint_of("example.com/a"), "example.com/a"));
  CHECK_FALSE(made->on_disk());
  CHECK(read(made->view()) == tallies{{"example.com/a", {0, 1}}});
}

TEST_CASE("a tally sheet is full when a new link has no record or its key no room", "[tally_sheet]") {
  const fingerprinter fingerprint_of;
  SECTION("records") {
    const auto made = tally_sheet::in_memory({8, 1024});
    for (int i = 0; i < 8; ++i) {
      const auto key = "example.com/" + std::to_string(i);
      REQUIRE(made->add(event_kind::impression, fingerprint_of(key), key));
    }
    CHECK_FALSE(made->add(event_kind::impression, fingerprint_of("example.com/8"), "example.com/8"));
    CHECK(made->add(event_kind::impression, fingerprint_of("example.com/0"), "example.com/0"));
  }
  SECTION("keys") {
    const auto made = tally_sheet::in_memory({8, 64});
    const std::string most(64, 'k');
    REQUIRE(made->add(event_kind::impression, fingerprint_of(most), most));
    CHECK_FALSE(made->add(event_kind::impression, fingerprint_of("k"), "k"));
    CHECK(made->add(event_kind::impression, fingerprint_of(most), most));
  }
}

TEST_CASE("fingerprints are not in the file", "[tally_sheet]") {
  const filled_sheet filled;
  const auto fingerprint = filled.fingerprint_of("example.com/a");
  const auto content = filled.content();
  for (const auto half : {fingerprint.high, fingerprint.low}) {
    std::string bytes(sizeof half, '\0');
    std::memcpy(bytes.data(), &half, sizeof half);
    CHECK(content.find(bytes) == std::string::npos);
  }
}

TEST_CASE("a record whose key did not reach the disk is reported and the others stand", "[tally_sheet]") {
  const filled_sheet filled;
  auto content = filled.content();
  content[content.find("example.com/a")] = '\0';
  event_totals damaged;
  CHECK(read(*sheet_view::parse(content, node), &damaged) == tallies{{"example.com/b", {1, 0}}});
  CHECK(damaged == event_totals{2, 1});
}

TEST_CASE("a record that points outside the key area is reported", "[tally_sheet]") {
  const filled_sheet filled;
  auto content = filled.content();
  constexpr std::size_t first_record = 4096;
  std::memset(content.data() + first_record + 32, 0xff, 4);
  event_totals damaged;
  CHECK(read(*sheet_view::parse(content, node), &damaged) == tallies{{"example.com/b", {1, 0}}});
  CHECK(damaged == event_totals{2, 1});
}

TEST_CASE("a count that cannot be is damage, and never becomes a negative one", "[tally_sheet]") {
  const auto impossible = GENERATE(std::uint64_t{1} << 63, ~std::uint64_t{0}, (std::uint64_t{1} << 53) - 1);
  filled_sheet sheet;
  auto content = sheet.content();
  std::memcpy(content.data() + 4096 + 40 + 8, &impossible, sizeof impossible);  // of example.com/b
  event_totals damaged;
  CHECK(read(*sheet_view::parse(content, node), &damaged) == tallies{{"example.com/a", {2, 1}}});
  CHECK(damaged.impressions >= (std::uint64_t{1} << 53) - 1);
  CHECK(damaged.impressions <= std::uint64_t{1} << 53);
}

TEST_CASE("a day that is no date is none", "[tally_sheet]") {
  filled_sheet sheet;
  sheet.made->begin(std::chrono::sys_days(std::chrono::days(GENERATE(-1, 2'932'897, 2'000'000'000))));
  CHECK_FALSE(sheet_view::parse(sheet.content(), node)->day());
}

TEST_CASE("records after a lost page are read all the same", "[tally_sheet]") {
  const filled_sheet filled;
  auto content = filled.content();
  std::memset(content.data() + 4096, 0, 40);
  CHECK(read(*sheet_view::parse(content, node)) == tallies{{"example.com/b", {1, 0}}});
}

TEST_CASE("a tally sheet whose day was lost has none", "[tally_sheet]") {
  const filled_sheet filled;
  auto content = filled.content();
  content[72] = static_cast<char>(content[72] ^ 1);
  CHECK_FALSE(sheet_view::parse(content, node)->day());
}

TEST_CASE("a tally sheet truncated at any length is refused", "[tally_sheet]") {
  const filled_sheet filled;
  const auto content = filled.content();
  for (std::size_t length = 0; length < content.size(); ++length)
    REQUIRE(sheet_view::parse(std::string_view(content).substr(0, length), node).error() ==
            errc::file_corrupt);
}

TEST_CASE("a tally sheet with any damaged byte in its head is refused", "[tally_sheet]") {
  const filled_sheet filled;
  for (std::size_t at = 0; at < 72; ++at) {
    auto content = filled.content();
    content[at] = static_cast<char>(content[at] ^ 0x20);
    REQUIRE(sheet_view::parse(content, node).has_error());
  }
}

TEST_CASE("a tally sheet of another version or node is refused", "[tally_sheet]") {
  const filled_sheet filled;
  auto content = filled.content();
  CHECK(sheet_view::parse(content, "fedcba9876543210").error() == errc::file_other_node);
  content[8] = 2;
  CHECK(sheet_view::parse(content, node).error() == errc::file_other_version);
}
