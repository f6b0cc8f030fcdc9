#include "button/dashboard/query_desk.hpp"

#include "tests/unit/still_clock.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

desk_answer text(std::string body) {
  return {.status = 200, .content_type = "text/plain", .body = std::move(body)};
}

/// A desk on a clock that stands still, and who asks it.
struct rig {
  explicit rig(const desk_limits& limits = {}) : desk(time, limits) {}

  /// The answer to come.
  std::future<std::string> ask(const std::string& name, query_desk::maker make,
                               std::chrono::milliseconds fresh = 1s) {
    auto into = std::make_shared<std::promise<std::string>>();
    auto answer = into->get_future();
    accepted = desk.ask(name, fresh, std::move(make),
                        [into](const desk_answer_ptr& given) { into->set_value(given->body); });
    return answer;
  }

  /// The same, of a question that is counted whenever it is made.
  std::future<std::string> ask(const std::string& name, std::chrono::milliseconds fresh = 1s) {
    return ask(
        name, [this] { return text(std::to_string(++made)); }, fresh);
  }

  testing::still_clock time;
  std::atomic<int> made = 0;
  bool accepted = false;
  query_desk desk;
};

}  // namespace

TEST_CASE("A desk makes an answer once for all who ask while it is made", "[dashboard][concurrent]") {
  rig all;
  all.desk.start();
  std::latch goes_on(1);
  std::vector<std::future<std::string>> answers;
  answers.push_back(all.ask("now", [&] {
    goes_on.wait();
    return text(std::to_string(++all.made));
  }));
  for (int i = 0; i < 100; ++i) answers.push_back(all.ask("now"));
  goes_on.count_down();
  for (auto& each : answers) CHECK(each.get() == "1");
}

TEST_CASE("A desk gives a fresh answer again, and makes an old one anew", "[dashboard]") {
  rig all;
  all.desk.start();
  CHECK(all.ask("now").get() == "1");
  all.time.advance(999ms);
  CHECK(all.ask("now").get() == "1");
  all.time.advance(1ms);
  CHECK(all.ask("now").get() == "2");
}

TEST_CASE("A fresh answer is given at once, whatever the desk's threads are at", "[dashboard]") {
  rig all({.threads = 1});
  all.desk.start();
  CHECK(all.ask("now").get() == "1");
  std::latch goes_on(1);
  auto hanging = all.ask("sites", [&] {
    goes_on.wait();
    return text("late");
  });
  CHECK(all.ask("now").wait_for(0s) == std::future_status::ready);
  goes_on.count_down();
  CHECK(hanging.get() == "late");
}

TEST_CASE("A question that hangs does not stop the others", "[dashboard][concurrent]") {
  rig all({.threads = 2});
  all.desk.start();
  std::latch goes_on(1);
  auto hanging = all.ask("sites", [&] {
    goes_on.wait();
    return text("late");
  });
  CHECK(all.ask("line").get() == "1");
  CHECK(all.ask("link").get() == "2");
  goes_on.count_down();
  CHECK(hanging.get() == "late");
}

TEST_CASE("A desk takes no more questions than its bound, and more of those that it has", "[dashboard]") {
  rig all({.threads = 1, .questions = 2});  // not started: nothing is answered
  all.ask("a");
  CHECK(all.accepted);
  all.ask("b");
  CHECK(all.accepted);
  all.ask("c");
  CHECK_FALSE(all.accepted);
  auto answer = all.ask("b");
  CHECK(all.accepted);
  all.desk.start();
  CHECK(answer.get() == "2");
  CHECK(all.ask("c").get() == "3");
}

TEST_CASE("A desk takes no more askers of one question than its bound", "[dashboard]") {
  rig all({.takers = 1});
  all.ask("a");
  CHECK(all.accepted);
  all.ask("a");
  CHECK_FALSE(all.accepted);
}

TEST_CASE("A desk keeps as many bytes of answers as it may, and lets the oldest go", "[dashboard]") {
  rig all({.threads = 1, .kept_bytes = 10'000});
  all.desk.start();
  const auto long_text = [&] { return text(std::to_string(++all.made) + std::string(4'000, '.')); };
  all.ask("a", long_text).get();
  all.ask("b", long_text).get();
  all.ask("c", long_text).get();
  CHECK(all.desk.kept_bytes() <= 10'000);
  CHECK(all.ask("b", long_text).get().starts_with('2'));
  CHECK(all.ask("c", long_text).get().starts_with('3'));
  CHECK(all.ask("a", long_text).get().starts_with('4'));
}

TEST_CASE("An answer that is larger than all a desk keeps is given all the same", "[dashboard]") {
  rig all({.threads = 1, .kept_bytes = 1'000});
  all.desk.start();
  CHECK(all.ask("a", [] { return text(std::string(2'000, '.')); }).get().size() == 2'000);
  CHECK(all.desk.kept_bytes() == 0);
}

TEST_CASE("A desk that ends answers what it has begun, and nothing else", "[dashboard][concurrent]") {
  rig all({.threads = 1});
  std::latch begun(1);
  std::latch goes_on(1);
  auto first = all.ask("a", [&] {
    begun.count_down();
    goes_on.wait();
    return text("first");
  });
  all.desk.start();
  begun.wait();
  all.ask("b");
  goes_on.count_down();
  all.desk.stop();
  CHECK(first.get() == "first");
  CHECK(all.made <= 1);
  all.ask("c");
  CHECK_FALSE(all.accepted);
}
