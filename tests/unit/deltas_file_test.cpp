#include "button/impressions/deltas_file.hpp"

#include "common/checksum.hpp"
#include "common/file.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <cstring>
#include <string>

using namespace buttond;
using namespace buttond::testing;

namespace {

const std::string node = "0123456789abcdef0123456789abcdef";
const auto day = std::chrono::sys_days(std::chrono::year(2026) / 3 / 14);
const std::vector<link_delta> two_links{{"example.com/a", {2, 1, 4}}, {"example.com/b", {1, 0, 0}}};

deltas_head head() {
  deltas_head made;
  made.node = node;
  made.number = 42;
  made.closed_at = wall_time(day) + std::chrono::hours(3);
  made.day = day;
  made.seed.fill('s');
  made.absorbed = {7, 9};
  return made;
}

result<deltas_head> head_of(const std::string& content, std::string_view owner = node) {
  const temporary_directory directory;
  const auto file = directory.path() / "deltas-42";
  REQUIRE(replace_file(file, content).has_value());
  return read_deltas_head(file, owner);
}

bool same(std::span<const link_delta> left, std::span<const link_delta> right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const auto& l, const auto& r) { return l.key == r.key && l.delta == r.delta; });
}

}  // namespace

TEST_CASE("a deltas file reads back as it was written", "[deltas_file]") {
  const auto content = encode_deltas(head(), two_links);
  const auto loaded = parse_deltas(content, node);
  REQUIRE(loaded.has_value());
  CHECK(same((*loaded)->links, two_links));
  CHECK((*loaded)->seed == head().seed);

  const auto read = head_of(content);
  REQUIRE(read.has_value());
  CHECK(read->node == node);
  CHECK(read->number == 42);
  CHECK(read->closed_at == head().closed_at);
  CHECK(read->day == day);
  CHECK(read->absorbed == std::vector<std::int64_t>{7, 9});
  CHECK(read->links == 2);
  CHECK(read->batches == 1);
  CHECK(read->totals == event_totals{3, 1, 4});
}

TEST_CASE("a deltas file may have no day", "[deltas_file]") {
  auto no_day = head();
  no_day.day.reset();
  CHECK_FALSE(head_of(encode_deltas(no_day, two_links))->day);
}

TEST_CASE("a deltas file truncated at any length is refused", "[deltas_file]") {
  const auto content = encode_deltas(head(), two_links);
  for (std::size_t length = 0; length < content.size(); ++length) {
    const auto part = content.substr(0, length);
    REQUIRE(parse_deltas(part, node).error() == errc::file_corrupt);
    REQUIRE(head_of(part).error() == errc::file_corrupt);
  }
}

TEST_CASE("a deltas file with any damaged byte is refused", "[deltas_file]") {
  const auto content = encode_deltas(head(), two_links);
  for (std::size_t at = 0; at < content.size(); ++at) {
    auto damaged = content;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    REQUIRE(parse_deltas(damaged, node).has_error());
  }
}

TEST_CASE("a deltas file with bytes behind its end is refused", "[deltas_file]") {
  const auto content = encode_deltas(head(), two_links) + "x";
  CHECK(parse_deltas(content, node).error() == errc::file_corrupt);
  CHECK(head_of(content).error() == errc::file_corrupt);
}

TEST_CASE("a deltas file of another version or node is refused", "[deltas_file]") {
  auto content = encode_deltas(head(), two_links);
  CHECK(parse_deltas(content, "fedcba9876543210fedcba9876543210").error() == errc::file_other_node);
  CHECK(head_of(content, "fedcba9876543210fedcba9876543210").error() == errc::file_other_node);
  content[8] = 2;
  CHECK(parse_deltas(content, node).error() == errc::file_other_version);
  CHECK(head_of(content).error() == errc::file_other_version);
}

TEST_CASE("merged links have each key once, sorted", "[deltas_file]") {
  const std::vector<link_delta> left{{"a", {1, 0, 0}}, {"c", {1, 0, 0}}, {"d", {1, 0, 0}}};
  const std::vector<link_delta> right{{"b", {2, 0, 0}}, {"c", {0, 3, 0}}};
  const std::vector<link_delta> merged{
      {"a", {1, 0, 0}}, {"b", {2, 0, 0}}, {"c", {1, 3, 0}}, {"d", {1, 0, 0}}};
  CHECK(same(merge_links(left, right), merged));
  CHECK(same(merge_links(right, left), merged));
  CHECK(same(merge_links(left, {}), left));
}

TEST_CASE("a deltas file whose records are not as we write them is refused, whatever its checksums say",
          "[deltas_file]") {
  const auto refused = [](const std::vector<link_delta>& links) {
    return parse_deltas(encode_deltas(head(), links), node).error() == errc::file_corrupt;
  };
  CHECK(refused({{"", {1, 0, 0}}}));
  CHECK(refused({{"example.com/b", {1, 0, 0}}, {"example.com/a", {1, 0, 0}}}));
  CHECK(refused({{"example.com/a", {1, 0, 0}}, {"example.com/a", {1, 0, 0}}}));
  CHECK(refused({{"example.com/a", {-1, 0, 0}}, {"example.com/b", {3, 0, 0}}}));
  CHECK(refused({{"example.com/a", {1, 0, -1}}}));
}

TEST_CASE("a deltas file whose numbers cannot be is refused, whatever its checksums say", "[deltas_file]") {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  const auto refused = [](const deltas_head& says, const std::vector<link_delta>& links) {
    const auto content = encode_deltas(says, links);
    return parse_deltas(content, node).error() == errc::file_corrupt &&
           head_of(content).error() == errc::file_corrupt;
  };
  CHECK(parse_deltas(encode_deltas(head(), {{{"example.com/a", {most, most, most}}}}), node).has_value());
  CHECK(refused(head(), {{"example.com/a", {0, most + 1, 0}}}));
  CHECK(refused(head(), {{"example.com/a", {most, 0, 0}}, {"example.com/b", {1, 0, 0}}}));
  auto no_date = head();
  no_date.day = std::chrono::sys_days(std::chrono::days(GENERATE(-1, 2'932'897)));
  CHECK(refused(no_date, two_links));
  auto absorbs_itself = head();
  absorbs_itself.absorbed = {7, absorbs_itself.number};
  CHECK(refused(absorbs_itself, two_links));
}

TEST_CASE("a deltas file that was closed when no clock can be is refused", "[deltas_file]") {
  constexpr std::size_t closed_at = 72;
  constexpr std::size_t checksum = 144;
  auto plain = head();
  plain.absorbed.clear();
  auto content = encode_deltas(plain, two_links);
  const auto closed = GENERATE(std::int64_t{-1}, std::int64_t{1} << 34, std::int64_t{1} << 62);
  std::memcpy(content.data() + closed_at, &closed, sizeof closed);
  long_checksum sum;
  sum.add(std::string_view(content).substr(0, checksum));
  const auto right = sum.value();
  std::memcpy(content.data() + checksum, &right, sizeof right);
  CHECK(head_of(content).error() == errc::file_corrupt);
  CHECK(parse_deltas(content, node).error() == errc::file_corrupt);
}
