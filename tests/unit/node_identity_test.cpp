#include "button/impressions/node_identity.hpp"

#include "common/file.hpp"
#include "tests/unit/file_steps.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace buttond;
using namespace buttond::testing;

TEST_CASE("a node keeps its name, and its numbers only grow", "[node_identity]") {
  const temporary_directory directory;
  const still_clock time;
  std::string name;
  std::int64_t last = 0;
  for (int start = 0; start < 3; ++start) {
    auto identity = node_identity::open(directory.path(), time);
    REQUIRE(identity.has_value());
    if (start == 0) name = identity->node();
    CHECK(identity->node() == name);
    for (int i = 0; i < 5; ++i) {
      const auto number = *identity->next_number();
      CHECK(number > last);
      last = number;
    }
  }
}

TEST_CASE("a data directory put back from an old copy does not use its numbers again", "[node_identity]") {
  const temporary_directory directory;
  still_clock time;
  const auto old = *node_identity::open(directory.path(), time)->next_number();
  const auto copy = *read_file(directory.path() / "identity");
  time.advance(std::chrono::hours(24));
  const auto newer = *node_identity::open(directory.path(), time)->next_number();
  REQUIRE(newer > old);
  REQUIRE(replace_file(directory.path() / "identity", copy).has_value());
  time.advance(std::chrono::hours(1));
  CHECK(*node_identity::open(directory.path(), time)->next_number() > newer);
}

TEST_CASE("no number is given out before its reservation is on the disk", "[node_identity]") {
  const temporary_directory directory;
  const still_clock time;
  REQUIRE(node_identity::open(directory.path(), time).has_value());
  auto identity = *node_identity::open(directory.path(), time);
  {
    const file_steps full([](const file_step& step) { return step.call == "write" ? ENOSPC : 0; });
    CHECK(identity.next_number().error() == boost::system::errc::no_space_on_device);
  }
  const auto number = identity.next_number();
  REQUIRE(number.has_value());
  const auto text = *read_file(directory.path() / "identity");
  CHECK(std::stoll(text.substr(text.find(identity.node()) + 17)) > *number);
}

TEST_CASE("two fresh nodes have different names", "[node_identity]") {
  const still_clock time;
  const temporary_directory first;
  const temporary_directory second;
  CHECK(node_identity::open(first.path(), time)->node() != node_identity::open(second.path(), time)->node());
}

TEST_CASE("a damaged identity is refused and left as it is", "[node_identity]") {
  const temporary_directory directory;
  const still_clock time;
  REQUIRE(node_identity::open(directory.path(), time).has_value());
  const auto file = directory.path() / "identity";
  const auto good = *read_file(file);
  for (std::size_t length = 0; length < good.size(); ++length) {
    REQUIRE(replace_file(file, good.substr(0, length)).has_value());
    REQUIRE(node_identity::open(directory.path(), time).has_error());
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    REQUIRE(replace_file(file, damaged).has_value());
    REQUIRE(node_identity::open(directory.path(), time).has_error());
    REQUIRE(*read_file(file) == damaged);
  }
}

TEST_CASE("an identity of another version is refused", "[node_identity]") {
  const temporary_directory directory;
  const still_clock time;
  REQUIRE(replace_file(directory.path() / "identity", "buttond-node 2 whatever comes then\n").has_value());
  CHECK(node_identity::open(directory.path(), time).error() == errc::file_other_version);
}
