#include "button/config.hpp"

#include "common/error.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

using namespace buttond;
using buttond::testing::temporary_directory;

namespace {

command_line parsed(const std::vector<std::string>& words) {
  std::vector<const char*> arguments{"buttond"};
  for (const std::string& each : words) arguments.push_back(each.c_str());
  auto line = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
  REQUIRE(line);
  return std::move(*line);
}

setting said(const command_line& line, const std::string& flag) {
  const auto found = std::ranges::find(line.said, flag, &setting::flag);
  REQUIRE(found != line.said.end());
  return *found;
}

}  // namespace

TEST_CASE("Each setting is said with its value and where it is from", "[config]") {
  const temporary_directory folder;
  const std::string file = (folder.path() / "buttond.toml").string();
  std::ofstream(file) << "# one\nfresh = \"45s\"\nsite = [\"a.example\", \"b.example\"]\n";
  const command_line line = parsed({"--config", file, "--epoch", "5000ms", "--fold", "10s"});
  CHECK(said(line, "--epoch").value == "5s");
  CHECK(said(line, "--epoch").from == "the command line");
  CHECK_FALSE(said(line, "--epoch").is_default);
  CHECK(said(line, "--fold").is_default);  // written out, and the same
  CHECK(said(line, "--fresh").from == file + ":2");
  CHECK(said(line, "--site").value == "a.example, b.example");
  CHECK(said(line, "--sync").from == "default");
  CHECK(said(line, "--sync").is_default);
}

TEST_CASE("The store's password is in no said setting, wherever it is from", "[config]") {
  const temporary_directory folder;
  const std::string file = (folder.path() / "store").string();
  std::ofstream(file) << "mongodb://u:secret@h/d\n";
  for (const auto& words :
       {std::vector<std::string>{"--store", "mongodb://u:secret@h/d"}, {"--store-file", file}}) {
    const command_line line = parsed(words);
    CHECK(line.settings.store == "mongodb://u:secret@h/d");
    CHECK(said(line, "--store").value == "mongodb://u:***@h/d");
    CHECK_FALSE(said(line, "--store").is_default);
    for (const setting& each : line.said) CHECK(each.value.find("secret") == std::string::npos);
  }
}

TEST_CASE("A repeated flag has all its values, another one its last", "[config]") {
  const command_line line = parsed(
      {"--place", "email", "--place", "copy", "--epoch", "1s", "--epoch", "2s", "--site", "a.example"});
  CHECK(line.settings.places == std::vector<std::string>{"email", "copy"});
  CHECK(line.settings.epoch == std::chrono::seconds(2));
}

TEST_CASE("The command line is read again as it was read first", "[config]") {
  const temporary_directory folder;
  const std::string file = (folder.path() / "buttond.toml").string();
  std::ofstream(file) << "trusted-proxy = [\"10.0.0.0/8\"]\nepoch = \"3s\"\n";
  const std::vector<std::string> words{"--config",    file,       "--listen",
                                       "127.0.0.1:1", "--listen", "127.0.0.1:2"};
  const command_line first = parsed(words);
  std::ofstream(file) << "epoch = 3s\n";
  CHECK_THROWS_AS(parsed(words), startup_error);
  std::ofstream(file) << "epoch = \"4s\"\n";
  const command_line second = parsed(words);
  CHECK(first.settings.trusted_proxies.size() == 1);
  CHECK(first.settings.rate == 5);
  CHECK(second.settings.trusted_proxies.empty());
  CHECK(second.settings.rate == 0);
  CHECK(second.settings.epoch == std::chrono::seconds(4));
  CHECK(second.settings.listen == std::vector<std::string>{"127.0.0.1:1", "127.0.0.1:2"});
}

TEST_CASE("The check is told of all settings that are wrong; their values are the defaults", "[config]") {
  const command_line line = parsed({"check", "--epoch", "soon", "--threads", "0", "--rate", "1"});
  REQUIRE(line.wrong.size() == 3);
  CHECK(line.wrong[0].flag == "--threads");
  CHECK(line.wrong[1].flag == "--epoch");
  CHECK(line.wrong[2].flag == "--rate");
  CHECK(line.settings.epoch == std::chrono::seconds(10));
}
