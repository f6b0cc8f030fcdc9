#include "button/shares/kept_shares.hpp"

#include "button/shares/share_json.hpp"
#include "common/file.hpp"
#include "tests/unit/file_steps.hpp"
#include "tests/unit/shares_rig.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <thread>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

share_report share(int number, const std::string& key = "example.com/a") {
  return {key, fmt::format("id-{}", number), 1};
}

using texts = std::vector<std::string>;

texts ids(const std::vector<kept_share>& shares) {
  texts all;
  for (const auto& each : shares) all.push_back(each.report.id);
  return all;
}

/// A data directory and what a process keeps in it; another process is another kept_shares.
struct node {
  const temporary_directory data;
  const std::filesystem::path directory = data.path() / "shares";
  hand_clock time;
  share_ledger ledger;
  mutable share_ledger others;  // of another process
  kept_shares kept{directory, time, ledger};

  kept_shares another_process() const { return kept_shares(directory, time, others); }

  /// The ids of what a process that starts now has to send, in its order.
  texts next_process_finds() const {
    auto next = another_process();
    next.look_again();
    return ids(next.oldest(10));
  }

  texts files() const { return list_directory(directory).value(); }
};

}  // namespace

TEST_CASE("A share that is kept is a file with its key, its id and its number", "[shares]") {
  node it;
  CHECK(it.kept.keep({"example.com/a?q=\"1\"", "id-1", 3}));
  REQUIRE(it.files().size() == 1);
  CHECK(read_file(it.directory / it.files().front()).value() ==
        R"({"key":"example.com/a?q=\"1\"","id":"id-1","shares":3})");
  CHECK(it.kept.numbers().waiting == 1);
  CHECK(it.kept.numbers().in_memory == 0);
}

TEST_CASE("Nothing is read and no directory made before a share is kept", "[shares]") {
  node it;
  it.kept.look_again();
  CHECK(it.kept.oldest(10).empty());
  CHECK_FALSE(std::filesystem::exists(it.directory));
}

TEST_CASE("A share that is kept twice is kept once", "[shares]") {
  node it;
  it.kept.keep(share(1));
  it.kept.keep(share(1));
  it.kept.keep(share(1, "example.com/b"));
  auto other = it.another_process();
  other.keep(share(1));
  CHECK(it.kept.numbers().waiting == 2);
  CHECK(it.files().size() == 2);
}

TEST_CASE("The next process finds what a killed one kept, in its order", "[shares]") {
  node it;
  for (int number : {3, 1, 2}) {
    it.kept.keep(share(number));
    std::this_thread::sleep_for(20ms);  // the time of a file moves on with the kernel's tick
  }
  auto next = it.another_process();
  CHECK(next.oldest(10).empty());
  next.look_again();
  CHECK(next.numbers().waiting == 3);
  CHECK(ids(next.oldest(10)) == texts{"id-3", "id-1", "id-2"});
  CHECK(ids(next.oldest(2)) == texts{"id-3", "id-1"});
}

TEST_CASE("A kill while a share is written leaves nothing that could be taken for one", "[shares]") {
  node it;
  for (const std::string call : {"open", "write", "rename"}) {
    CAPTURE(call);
    const file_steps killed(
        [&](const file_step& step) { return step.call == call || step.call == "unlink" ? EIO : 0; });
    it.kept.keep(share(1, "example.com/" + call));
  }
  CHECK(it.next_process_finds().empty());
}

TEST_CASE("What a killed process had under way is removed after an hour", "[shares]") {
  node it;
  it.kept.keep(share(1));
  const auto fresh = it.directory / "0123.json.aa.tmp";
  const auto old = it.directory / "0123.json.bb.tmp";
  for (const auto& file : {fresh, old}) std::ofstream(file) << "{";
  std::filesystem::last_write_time(old, std::filesystem::file_time_type::clock::now() - 61min);
  it.kept.look_again();
  CHECK(std::filesystem::exists(fresh));
  CHECK_FALSE(std::filesystem::exists(old));
  CHECK(ids(it.kept.oldest(10)) == texts{"id-1"});
}

TEST_CASE("A share that the store has is gone, for the next process too", "[shares]") {
  node it;
  it.kept.keep(share(1));
  it.kept.keep(share(2));
  it.kept.forget(it.kept.oldest(1).front().name, true);
  CHECK(ids(it.kept.oldest(10)) == texts{"id-2"});
  CHECK(it.next_process_finds() == texts{"id-2"});
}

TEST_CASE("A share that another process sent meanwhile waits no longer", "[shares]") {
  node it;
  it.kept.keep(share(1));
  auto other = it.another_process();
  other.look_again();
  other.forget(kept_shares::name_of(share(1)), true);
  CHECK(it.kept.oldest(10).empty());
  CHECK(it.kept.numbers().waiting == 0);
}

TEST_CASE("No more shares of a link go out together than the store knows again by half", "[shares]") {
  node it;
  for (int number = 0; number < 200; ++number) it.kept.keep(share(number));
  it.kept.keep(share(0, "example.com/b"));
  const auto portion = it.kept.oldest(1'000);
  REQUIRE(portion.size() == kept_shares::most_of_a_link + 1);
  CHECK(portion.front().report.id == "id-0");
  CHECK(portion.back().report.key == "example.com/b");
}

TEST_CASE("One that is postponed lets the others go first", "[shares]") {
  node it;
  for (int number : {1, 2, 3}) it.kept.keep(share(number));
  it.kept.postpone(kept_shares::name_of(share(1)));
  CHECK(ids(it.kept.oldest(10)) == texts{"id-2", "id-3", "id-1"});
}

TEST_CASE("A file that cannot be read as a share is left as it is and asked for once", "[shares]") {
  node it;
  it.kept.keep(share(1));
  const texts wrong{"",
                    "{",
                    "[]",
                    R"({"id":"1","shares":1})",
                    R"({"key":"example.com/a","shares":1})",
                    R"({"key":"example.com/a","id":"1"})",
                    R"({"key":"example.com/a","id":"1","shares":0})",
                    R"({"key":"example.com/a","id":"1","shares":1.5})",
                    R"({"key":7,"id":"1","shares":1})"};
  for (std::size_t i = 0; i < wrong.size(); ++i)
    std::ofstream(it.directory / fmt::format("wrong-{}.json", i)) << wrong[i];
  it.kept.look_again();
  CHECK(it.kept.numbers().waiting == wrong.size() + 1);
  CHECK(ids(it.kept.oldest(100)) == texts{"id-1"});
  it.kept.look_again();
  CHECK(it.kept.numbers().waiting == 1);
  CHECK(it.files().size() == wrong.size() + 1);
}

TEST_CASE("Where the disk takes nothing a share waits in memory, and is written when it can be", "[shares]") {
  node it;
  std::ofstream(it.directory) << "a file where the directory belongs";
  CHECK(it.kept.keep(share(1)));
  CHECK(it.kept.numbers().in_memory == 1);
  CHECK(ids(it.kept.oldest(10)) == texts{"id-1"});

  std::filesystem::remove(it.directory);
  it.kept.look_again();
  CHECK(it.kept.numbers().in_memory == 0);
  CHECK(ids(it.kept.oldest(10)) == texts{"id-1"});
  CHECK(it.next_process_finds() == texts{"id-1"});
}

TEST_CASE("A full disk leaves no pieces", "[shares]") {
  node it;
  it.kept.keep(share(1));
  {
    const file_steps full([](const file_step& step) { return step.call == "write" ? ENOSPC : 0; });
    CHECK(it.kept.keep(share(2)));
  }
  CHECK(it.files().size() == 1);
  CHECK(it.kept.numbers().in_memory == 1);
}

TEST_CASE("A file that cannot be removed is not sent again, and removed when it can be", "[shares]") {
  node it;
  it.kept.keep(share(1));
  {
    const file_steps stuck([](const file_step& step) { return step.call == "unlink" ? EROFS : 0; });
    it.kept.forget(kept_shares::name_of(share(1)), true);
    it.kept.look_again();
  }
  CHECK(it.kept.oldest(10).empty());
  CHECK(it.files().size() == 1);
  it.kept.look_again();
  CHECK(it.files().empty());
}

TEST_CASE("There is no room for one share more than may wait", "[shares]") {
  node it;
  std::ofstream(it.directory) << "in memory this is quicker";
  for (std::size_t number = 0; number < kept_shares::most; ++number)
    REQUIRE(it.kept.keep(share(static_cast<int>(number))));
  CHECK_FALSE(it.kept.keep(share(-1)));
  CHECK(it.kept.keep(share(1)));  // is there already
  CHECK(it.kept.numbers().waiting == kept_shares::most);
  it.kept.forget(kept_shares::name_of(share(7)), true);
  CHECK(it.kept.keep(share(-1)));
}
