#include "common/background_thread.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <future>
#include <string>

using namespace buttond;

namespace {

int nice_value() {
  return ::getpriority(PRIO_PROCESS, 0);
}

}  // namespace

TEST_CASE("A background thread has the priority it was given, and nobody else has another",
          "[background_thread]") {
  const int ours = nice_value();
  for (const thread_priority priority :
       {thread_priority::beside_loops, thread_priority::behind_loops, thread_priority::far_behind_loops}) {
    int theirs = 0;
    background_thread("test", priority, [&theirs] { theirs = nice_value(); }).join();
    CHECK(theirs == std::min(ours + static_cast<int>(priority), 19));
  }
  CHECK(nice_value() == ours);
}

TEST_CASE("A background thread has its name", "[background_thread]") {
  std::array<char, 16> name{};
  std::promise<void> read;
  std::thread thread =
      background_thread("its-name", thread_priority::beside_loops, [&read] { read.get_future().wait(); });
  ::pthread_getname_np(thread.native_handle(), name.data(), name.size());
  read.set_value();
  thread.join();
  CHECK(std::string(name.data()) == "its-name");
}
