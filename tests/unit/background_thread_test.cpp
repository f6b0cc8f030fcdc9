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

TEST_CASE("A background thread stands where it was told to, and nobody else moves", "[background_thread]") {
  const int ours = nice_value();
  for (const standing where : {standing::beside_loops, standing::behind_loops, standing::far_behind_loops}) {
    int theirs = 0;
    background_thread("test", where, [&theirs] { theirs = nice_value(); }).join();
    CHECK(theirs == std::min(ours + static_cast<int>(where), 19));
  }
  CHECK(nice_value() == ours);
}

TEST_CASE("A background thread has its name", "[background_thread]") {
  std::array<char, 16> name{};
  std::promise<void> read;
  std::thread thread =
      background_thread("its-name", standing::beside_loops, [&read] { read.get_future().wait(); });
  ::pthread_getname_np(thread.native_handle(), name.data(), name.size());
  read.set_value();
  thread.join();
  CHECK(std::string(name.data()) == "its-name");
}
