#include "button/http/event_loop.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

using namespace buttond::http;
using namespace std::chrono_literals;

TEST_CASE("What is due at the moment a loop ends is not done, and does no harm", "[http]") {
  event_loop events([] {});
  int done = 0;
  events.call_after(1ms, [&] {
    ++done;
    events.stop();
  });
  for (int i = 0; i < 10; ++i) events.call_after(1ms, [&done] { ++done; });
  std::this_thread::sleep_for(10ms);  // all of them are due when the loop first looks
  events.run();
  CHECK(done == 1);
}

TEST_CASE("What is to be done after a loop's end is not done", "[http]") {
  event_loop events([] {});
  bool late = false;
  events.box()->open();
  events.call_after(1ms, [&] {
    events.box()->post([&] { events.call_after(0ms, [&late] { late = true; }); });
    events.stop();
  });
  events.run();
  CHECK_FALSE(late);
}
