#include "button/shares/share_ids.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <thread>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

/// A clock whose day is in the test's hand. It can be set without time passing.
class wall_clock final : public clock {
 public:
  monotonic_time monotonic() const noexcept override { return passed; }
  wall_time wall() const noexcept override { return now; }

  void advance(std::chrono::hours by) {
    now += by;
    passed += by;
  }

  wall_time now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 26)};
  monotonic_time passed;
};

struct node {
  std::string make() const { return ids.make("example.com/a"); }
  bool takes(std::string_view id) const { return ids.is_good(id, "example.com/a"); }

  wall_clock time;
  share_ids ids{time};
};

}  // namespace

TEST_CASE("An id is one token for an address, and good for the link that it was made for", "[share_ids]") {
  const node it;
  const auto id = it.make();
  CHECK(id.size() == share_ids::characters);
  CHECK(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == id.npos);
  CHECK(it.takes(id));
  CHECK_FALSE(it.ids.is_good(id, "example.com/b"));
  CHECK_FALSE(it.ids.is_good(id, ""));
  CHECK_FALSE(it.ids.is_good(id, "example.com/a/"));
}

TEST_CASE("No two showings of a page have one id", "[share_ids]") {
  const node it;
  std::set<std::string> all;
  for (int i = 0; i < 1'000; ++i) all.insert(it.make());
  CHECK(all.size() == 1'000);
}

TEST_CASE("An id with any character changed, added or missing is none", "[share_ids]") {
  const node it;
  const auto id = it.make();
  for (std::size_t at = 0; at < id.size(); ++at) {
    for (const char other : std::string_view("AZaz09-_.=+/% ")) {
      auto altered = id;
      altered[at] = other;
      if (altered != id) CHECK_FALSE(it.takes(altered));
    }
  }
  CHECK_FALSE(it.takes(id.substr(0, id.size() - 1)));
  CHECK_FALSE(it.takes(id + "A"));
  CHECK_FALSE(it.takes(id + "="));
  CHECK_FALSE(it.takes(""));
  CHECK_FALSE(it.takes("0123456789abcdef0123456789abcdef"));
}

TEST_CASE("An id is good for an hour, and on nodes whose clocks are some minutes behind", "[share_ids]") {
  node it;
  const auto id = it.make();
  const auto made_at = it.time.now;
  const auto after = [&](std::chrono::seconds time) {
    it.time.now = made_at + time;
    return it.takes(id);
  };
  CHECK(after(1h));
  CHECK_FALSE(after(1h + 1s));
  CHECK(after(-5min));
  CHECK_FALSE(after(-5min - 1s));
  CHECK_FALSE(after(24h * 365 * 20));
  CHECK_FALSE(after(-24h * 365 * 60));  // before 1970
  CHECK(after(0s));
}

TEST_CASE("Another node takes an id when they have one key", "[share_ids]") {
  node it;
  node other;
  CHECK_FALSE(other.takes(it.make()));
  other.ids.use(it.ids.key());
  CHECK(other.takes(it.make()));
  CHECK(it.takes(other.make()));
}

TEST_CASE("What a node signed before it knew the shared key stays good while it would", "[share_ids]") {
  node it;
  const node other;
  const auto before = it.make();
  const auto former = it.ids.key();
  it.ids.use(other.ids.key());
  it.ids.use(other.ids.key());
  CHECK(it.takes(before));
  CHECK(it.takes(other.make()));

  it.time.advance(2h);
  share_ids leaked(it.time);
  leaked.use(former);
  CHECK_FALSE(it.takes(leaked.make("example.com/a")));
}

TEST_CASE("A clock that is set back a year does not make a key that was changed good for a year",
          "[share_ids]") {
  node it;
  const auto former = it.ids.key();
  it.ids.use(node().ids.key());
  it.time.now -= 365 * 24h;
  it.time.advance(2h);
  share_ids leaked(it.time);
  leaked.use(former);
  CHECK_FALSE(it.takes(leaked.make("example.com/a")));
}

TEST_CASE("A key is 64 hexadecimal digits as text", "[share_ids]") {
  const node it;
  const auto text = text_of(it.ids.key());
  CHECK(text.size() == 64);
  CHECK(secret_key_of(text) == it.ids.key());
  for (const auto& wrong : {std::string(), text.substr(2), text + "00", text.substr(1) + "x", text.substr(1)})
    CHECK_FALSE(secret_key_of(wrong));
}

TEST_CASE("Loops make and check ids while the key changes", "[share_ids][concurrent]") {
  const wall_clock time;
  share_ids ids(time);
  const auto first = ids.key();
  const auto second = share_ids(time).key();
  std::atomic<bool> done{false};
  std::atomic<int> refused{0};
  std::thread loop([&] {
    while (!done)
      if (!ids.is_good(ids.make("example.com/a"), "example.com/a")) ++refused;
  });
  for (int i = 0; i < 5'000; ++i) ids.use(i % 2 == 0 ? second : first);
  done = true;
  loop.join();
  CHECK(refused == 0);
}
