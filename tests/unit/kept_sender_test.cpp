#include "button/shares/kept_sender.hpp"

#include "tests/unit/shares_rig.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

void copy_with_times(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::copy(from, to);
  for (const auto& file : std::filesystem::directory_iterator(from))
    std::filesystem::last_write_time(to / file.path().filename(), file.last_write_time());
}

struct node {
  void keep(int count, const std::string& key = "") {
    for (int number = 0; number < count; ++number)
      kept.keep({key.empty() ? fmt::format("example.com/{}", number) : key, fmt::format("id-{}", number), 1});
  }

  /// Does what is due, and what becomes due within `passed`.
  void let_pass(std::chrono::milliseconds passed) {
    for (auto left = passed; left >= 0ms; left -= 100ms) {
      sender.step();
      time.advance(100ms);
    }
  }

  std::size_t calls() const { return store.calls().size(); }

  const temporary_directory data;
  hand_clock time;
  share_store store;
  share_ledger ledger;
  share_ledger others;  // of another process
  kept_shares kept{data.path() / "shares", time, ledger};
  kept_sender sender{
      kept, [this](std::span<const share_report> reports) { return store.record_shares(reports); }, time};
};

}  // namespace

TEST_CASE("Kept shares are sent at once, up to a thousand in a call, and forgotten", "[shares]") {
  node it;
  it.keep(2'500);
  CHECK(it.sender.next() <= it.time.monotonic());
  it.sender.step();
  it.sender.step();
  it.sender.step();
  REQUIRE(it.calls() == 3);
  CHECK(it.store.calls().front().size() == 1'000);
  CHECK(it.store.calls().front().front().key == "example.com/0");
  CHECK(it.store.links().size() == 2'500);
  CHECK(it.kept.numbers().waiting == 0);
}

TEST_CASE("What a killed process left is sent at the start", "[shares]") {
  node it;
  kept_shares left_by_another(it.kept.directory(), it.time, it.others);
  left_by_another.keep({"example.com/a", "id-1", 1});
  CHECK(it.sender.next() <= it.time.monotonic());
  it.sender.step();
  CHECK(it.store.links() == std::map<std::string, std::int64_t>{{"example.com/a", 1}});
}

TEST_CASE("What another process leaves later is found", "[shares]") {
  node it;
  it.sender.step();
  kept_shares left_by_another(it.kept.directory(), it.time, it.others);
  left_by_another.keep({"example.com/a", "id-1", 1});
  it.let_pass(31s);
  CHECK(it.store.links().size() == 1);
}

TEST_CASE("Kills between the store's answer and the removal of files count nothing twice", "[shares]") {
  node it;
  it.keep(600, "example.com/a");
  const auto record = [&it](std::span<const share_report> reports) {
    return it.store.record_shares(reports);
  };
  for (auto directory = it.kept.directory(); !std::filesystem::is_empty(directory);) {
    const auto as_killed = directory.string() + "x";
    copy_with_times(directory, as_killed);
    for (const std::filesystem::path& process : {directory, std::filesystem::path(as_killed)}) {
      kept_shares kept(process, it.time, it.others);
      kept_sender(kept, record, it.time).step();
    }
    directory = as_killed;
  }
  CHECK(it.store.links().at("example.com/a") == 600);
}

TEST_CASE("While the store is away the tries are a second apart, then up to half a minute", "[shares]") {
  node it;
  it.keep(1);
  it.store.go_away();
  std::vector<std::chrono::milliseconds> tries;
  const auto begun = it.time.monotonic();
  for (std::size_t seen = 0; tries.size() < 8; it.time.advance(100ms)) {
    it.sender.step();
    if (it.calls() == seen) continue;
    seen = it.calls();
    tries.push_back(std::chrono::floor<std::chrono::milliseconds>(it.time.monotonic() - begun));
  }
  CHECK(tries == std::vector<std::chrono::milliseconds>{0s, 1s, 3s, 7s, 15s, 31s, 61s, 91s});
  CHECK(it.kept.numbers().waiting == 1);
}

TEST_CASE("Shares that the store takes from others bring the next try forward", "[shares]") {
  node it;
  it.keep(1);
  it.store.go_away();
  it.let_pass(40s);
  it.store.come_back();
  CHECK(it.sender.next() > it.time.monotonic());
  it.sender.heard({});
  CHECK(it.sender.next() <= it.time.monotonic());
  it.sender.step();
  CHECK(it.kept.numbers().waiting == 0);
}

TEST_CASE("A failure that others met puts the next try off", "[shares]") {
  node it;
  it.sender.step();
  it.keep(1);
  it.sender.heard(errc::store_unavailable);
  it.sender.step();
  CHECK(it.calls() == 0);
  it.let_pass(1s);
  CHECK(it.calls() == 1);
}

TEST_CASE("A share that the store refuses does not hold up the others", "[shares]") {
  node it;
  it.keep(100);
  it.store.refuse("example.com/37");
  it.store.refuse("example.com/38");
  it.let_pass(10s);
  CHECK(it.store.links().size() == 98);
  CHECK(it.kept.numbers().waiting == 2);
}

TEST_CASE("Refused shares alone are asked for no more often than an absent store", "[shares]") {
  node it;
  it.keep(2);
  it.store.refuse("example.com/0");
  it.store.refuse("example.com/1");
  it.let_pass(120s);
  const auto before = it.calls();
  it.let_pass(120s);
  CHECK(it.calls() - before <= 2 * 120 / 30 + 2);
}
