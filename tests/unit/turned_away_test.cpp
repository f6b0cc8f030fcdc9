#include "button/handlers/turned_away.hpp"

#include "button/handlers/bots/last_bot.hpp"
#include "tests/unit/allocation_count.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

constexpr monotonic_time start{10h};

constexpr auto site = static_cast<std::size_t>(filter_reason::site);
constexpr auto rate = static_cast<std::size_t>(filter_reason::rate);

turned_away_numbers numbers_of_one(const turned_away& loop, monotonic_time now) {
  return numbers_of({&loop, 1}, start, now);
}

std::vector<std::string> hosts_of(const turned_away_numbers& numbers) {
  std::vector<std::string> names;
  for (const auto& each : numbers.hosts) names.push_back(each.name);
  return names;
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("What is turned away is counted by host and reason, and by robot, the busiest first", "[filter]") {
  const auto loop = std::make_unique<turned_away>();
  for (int i = 0; i < 3; ++i) loop->note_host(start, "a.example", filter_reason::site);
  loop->note_host(start, "b.example", filter_reason::rate);
  loop->note_host(start, "a.example", filter_reason::rate);
  loop->note_agent(start, "curl");
  loop->note_agent(start, "GPTBot");
  loop->note_agent(start, "GPTBot");
  const auto numbers = numbers_of_one(*loop, start);
  REQUIRE(hosts_of(numbers) == names{"a.example", "b.example"});
  CHECK(numbers.hosts[0].events[site] == 3);
  CHECK(numbers.hosts[0].events[rate] == 1);
  REQUIRE(numbers.agents.size() == 2);
  CHECK(numbers.agents[0].word == "GPTBot");
  CHECK(numbers.agents[0].events == 2);
}

TEST_CASE("What several loops turned away is added together", "[filter]") {
  std::vector<turned_away> loops(2);
  loops[0].note_host(start, "a.example", filter_reason::site);
  loops[1].note_host(start, "b.example", filter_reason::site);
  loops[1].note_host(start, "a.example", filter_reason::rate);
  loops[1].note_agent(start, "GPTBot");
  const auto numbers = numbers_of(loops, start, start);
  CHECK(hosts_of(numbers) == names{"a.example", "b.example"});
  CHECK(numbers.agents.at(0).events == 1);
}

TEST_CASE("A host that is turned away often is known, however many others come once", "[filter]") {
  const auto loop = std::make_unique<turned_away>();
  for (int i = 0; i < 100'000; ++i) {
    loop->note_host(start, fmt::format("host-{}.example", i), filter_reason::site);
    loop->note_agent(start, fmt::format("bot-{}", i));
    if (i % 50 == 0) loop->note_host(start, "often.example", filter_reason::site);
    if (i % 25 == 0) loop->note_agent(start, "oftenbot");
  }
  const auto numbers = numbers_of_one(*loop, start);
  CHECK(numbers.hosts.size() == 128);
  CHECK(numbers.agents.size() == 64);
  CHECK(numbers.hosts[0].name == "often.example");
  CHECK(numbers.hosts[0].events[site] <= 2'000);
  CHECK(numbers.hosts[0].events[site] > 1'800);
  CHECK(numbers.agents[0].word == "oftenbot");
  CHECK(numbers.agents[0].events <= 4'000);
}

TEST_CASE("What was turned away is forgotten in the second hour after", "[filter]") {
  const auto loop = std::make_unique<turned_away>();
  loop->note_host(start, "old.example", filter_reason::site);
  CHECK(hosts_of(numbers_of_one(*loop, start + 59min)) == names{"old.example"});
  CHECK(hosts_of(numbers_of_one(*loop, start + 119min)) == names{"old.example"});
  CHECK(hosts_of(numbers_of_one(*loop, start + 120min)).empty());
  loop->note_host(start + 90min, "new.example", filter_reason::site);
  CHECK(hosts_of(numbers_of_one(*loop, start + 90min)) == names{"new.example", "old.example"});
  loop->note_host(start + 121min, "newer.example", filter_reason::site);
  CHECK(hosts_of(numbers_of_one(*loop, start + 121min)) == names{"new.example", "newer.example"});
  loop->note_host(start + 500min, "newest.example", filter_reason::site);
  CHECK(hosts_of(numbers_of_one(*loop, start + 500min)) == names{"newest.example"});
}

TEST_CASE("It is known since when what was turned away is all there", "[filter]") {
  const auto loop = std::make_unique<turned_away>();
  CHECK(numbers_of_one(*loop, start + 5min).since == start);
  loop->note_host(start + 10min, "a.example", filter_reason::site);
  CHECK(numbers_of_one(*loop, start + 15min).since == start);
  loop->note_host(start + 80min, "a.example", filter_reason::site);
  CHECK(numbers_of_one(*loop, start + 81min).since == start + 10min);
  loop->note_host(start + 150min, "a.example", filter_reason::site);
  CHECK(numbers_of_one(*loop, start + 151min).since == start + 70min);
}

TEST_CASE("Of long names the beginning is kept", "[filter]") {
  const auto loop = std::make_unique<turned_away>();
  const std::string name = std::string(150, 'x') + ".example";
  loop->note_host(start, name, filter_reason::site);
  loop->note_host(start, name, filter_reason::site);
  loop->note_agent(start, name);
  const auto numbers = numbers_of_one(*loop, start);
  REQUIRE(numbers.hosts.size() == 1);
  CHECK(numbers.hosts[0].name == name.substr(0, 80));
  CHECK(numbers.hosts[0].events[site] == 2);
  CHECK(numbers.agents.at(0).word == name.substr(0, 40));
}

TEST_CASE("Noting what is turned away allocates nothing", "[filter]") {
  const auto loop = std::make_unique<turned_away>();
  last_bot bot;
  const bot_signs signs;
  const std::size_t before = allocations();
  for (int hour = 0; hour < 5; ++hour) {
    loop->note_host(start + std::chrono::hours(hour), "a.example", filter_reason::site);
    loop->note_agent(start, bot.name_in("GPTBot/1.2", signs));
  }
  CHECK(allocations() == before);
}

TEST_CASE("The robot that was named last is named again, and another one anew", "[bots]") {
  const bot_signs signs;
  last_bot bot;
  for (const auto& [agent, name] : std::vector<std::pair<std::string, std::string>>{
           {"GPTBot/1.2", "GPTBot"},
           {"GPTBot/1.2", "GPTBot"},
           {"Mozilla/5.0 (compatible; Googlebot/2.1)", "Googlebot"},
           {std::string(600, ' ') + "GPTBot", "robot"},
           {"bot " + std::string(600, 'x'), "bot"},
           {"Mozilla/5.0 (compatible; Googlebot/2.1)", "Googlebot"},
       }) {
    CAPTURE(agent);
    CHECK(bot.name_in(agent, signs) == name);
  }
}
