#include "button/shares/share_key_keeper.hpp"

#include "button/store/sqlite_store.hpp"
#include "tests/unit/shares_rig.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <optional>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A store that has a key, or is away.
class key_store final : public plain_store {
 public:
  result<std::string> share_key(std::string_view proposed) override {
    ++calls;
    if (away) return errc::store_unavailable;
    if (!key) key = std::string(proposed);
    return *key;
  }

  bool away = false;
  int calls = 0;
  std::optional<std::string> key;
};

struct node {
  explicit node(store& shared) : with(shared) {}

  /// As the process does it; what is on the disk stays.
  void restart() {
    keeper.reset();
    ids.emplace(time);
    keeper.emplace(with, *ids, file, time);
  }

  std::string text() const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  bool takes(const node& of) const { return ids->is_good(of.ids->make("example.com/a"), "example.com/a"); }

  store& with;
  const temporary_directory data;
  const fs::path file = data.path() / "share_key";
  hand_clock time;
  std::optional<share_ids> ids{std::in_place, time};
  std::optional<share_key_keeper> keeper{std::in_place, with, *ids, file, time};
};

}  // namespace

TEST_CASE("Nodes of one store sign with one key", "[share_ids]") {
  key_store with;
  node one(with);
  node two(with);
  CHECK_FALSE(two.takes(one));
  one.keeper->step();
  two.keeper->step();
  CHECK(two.takes(one));
  CHECK(one.takes(two));
}

TEST_CASE("The key is in the data directory, for its user and group, and known while the store is away",
          "[share_ids]") {
  key_store with;
  node one(with);
  one.keeper->step();
  CHECK(one.text() == *with.key + "\n");
  CHECK((fs::status(one.file).permissions() & fs::perms::others_all) == fs::perms::none);
  const auto id = one.ids->make("example.com/a");
  with.away = true;
  one.restart();
  CHECK(one.ids->is_good(id, "example.com/a"));
}

TEST_CASE("While the store is away a node takes its own ids, and asks again until it knows the key",
          "[share_ids]") {
  key_store with;
  with.away = true;
  node one(with);
  one.keeper->step();
  const auto id = one.ids->make("example.com/a");
  CHECK(one.ids->is_good(id, "example.com/a"));
  one.keeper->step();
  CHECK(with.calls == 1);
  for (int seconds = 0; seconds < 100; ++seconds, one.time.advance(1s)) one.keeper->step();
  CHECK(with.calls >= 6);
  CHECK(with.calls <= 10);

  with.away = false;
  node two(with);
  two.keeper->step();
  one.time.advance(30s);
  one.keeper->step();
  CHECK(one.takes(two));
  CHECK(one.ids->is_good(id, "example.com/a"));
}

TEST_CASE("A node that is killed before the store answers takes its own ids afterwards", "[share_ids]") {
  key_store with;
  with.away = true;
  node one(with);
  one.keeper->step();
  const auto id = one.ids->make("example.com/a");
  one.restart();
  CHECK(one.ids->is_good(id, "example.com/a"));
}

TEST_CASE("A file that holds no key is taken for none, and written anew", "[share_ids]") {
  const std::string wrong = GENERATE("", "\n", "0123", std::string(64, 'x'), std::string(100'000, '0'));
  key_store with;
  node one(with);
  std::ofstream(one.file) << wrong;
  one.restart();
  CHECK(one.takes(one));
  CHECK(one.text() == wrong);
  one.keeper->step();
  CHECK(one.text() == *with.key + "\n");
}

TEST_CASE("A data directory that cannot be written costs no share", "[share_ids]") {
  key_store with;
  node one(with);
  node two(with);
  fs::create_directory(one.file);
  one.restart();
  one.keeper->step();
  two.keeper->step();
  CHECK(two.takes(one));
}

TEST_CASE("What stands in the store and is no key is not signed with", "[share_ids]") {
  key_store with;
  with.key = "none";
  node one(with);
  const auto before = one.ids->key();
  one.keeper->step();
  CHECK(one.ids->key() == before);
  CHECK(one.text() == text_of(before) + "\n");
}

TEST_CASE("A store that lost its key gets it back, and one that got another is followed", "[share_ids]") {
  key_store with;
  node one(with);
  one.keeper->step();
  const auto key = with.key;
  with.key.reset();
  one.time.advance(10min);
  one.keeper->step();
  CHECK(with.key == key);

  const node other(with);
  with.key = text_of(other.ids->key());
  one.time.advance(10min);
  one.keeper->step();
  CHECK(one.ids->key() == other.ids->key());
  CHECK(one.text() == *with.key + "\n");
}
