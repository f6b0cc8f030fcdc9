#include "button/changed_settings.hpp"

#include <catch2/catch.hpp>

namespace buttond {
namespace {

const std::vector<setting> running{{"--epoch", "10s", "default", true},
                                   {"--place", "email, copy", "the command line", false},
                                   {"--log-level", "info", "default", true}};

TEST_CASE("settings that are the same again are no change") {
  auto elsewhere = running;
  elsewhere[0].from = "BUTTOND_EPOCH";
  const auto changes = compare(running, elsewhere);
  CHECK(changes.taken.empty());
  CHECK(changes.too_early.empty());
}

TEST_CASE("a changed setting is taken, or named as one that needs a restart") {
  auto read = running;
  read[0] = {"--epoch", "5s", "/etc/buttond/buttond.toml:7", false};
  read[1] = {"--place", "", "default", true};
  read[2] = {"--log-level", "debug", "/etc/buttond/buttond.toml:9", false};
  const auto changes = compare(running, read);
  CHECK(changes.taken ==
        std::vector<std::string>{"--place is not set now, by default (email, copy before)",
                                 "--log-level is debug now, by /etc/buttond/buttond.toml:9 (info before)"});
  CHECK(changes.too_early ==
        std::vector<std::string>{
            "--epoch is 5s now, by /etc/buttond/buttond.toml:7: that needs a restart, and is "
            "10s until then"});
}

}  // namespace
}  // namespace buttond
