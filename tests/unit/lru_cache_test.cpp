#include "common/lru_cache.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <list>
#include <random>

namespace {

struct spread {
  std::size_t operator()(std::uint64_t key) const noexcept { return key * 0x9E3779B97F4A7C15u >> 16; }
};
struct same_bucket {
  std::size_t operator()(std::uint64_t) const noexcept { return 7; }
};
using cache = buttond::lru_cache<std::uint64_t, std::uint64_t, spread>;

}  // namespace

TEST_CASE("An LRU finds what was put, with its latest value", "[lru]") {
  cache lru(4);
  CHECK(lru.find(1) == nullptr);
  lru.put(1, 10);
  lru.put(2, 20);
  lru.put(1, 11);
  REQUIRE(lru.find(1) != nullptr);
  CHECK(*lru.find(1) == 11);
  CHECK(*lru.find(2) == 20);
  CHECK(lru.size() == 2);
}

TEST_CASE("A full LRU drops what was used longest ago", "[lru]") {
  cache lru(3);
  for (std::uint64_t key : {1, 2, 3}) CHECK_FALSE(lru.put(key, key));
  lru.find(1);
  CHECK(lru.put(4, 4));
  CHECK(lru.find(2) == nullptr);
  lru.put(3, 33);
  CHECK(lru.put(5, 5));
  CHECK(lru.find(1) == nullptr);
  CHECK(*lru.find(3) == 33);
  CHECK(*lru.find(4) == 4);
  CHECK(*lru.find(5) == 5);
  CHECK(lru.size() == lru.capacity());
}

TEST_CASE("An LRU of one entry holds the last", "[lru]") {
  cache lru(1);
  CHECK_FALSE(lru.put(1, 1));
  CHECK(lru.put(2, 2));
  CHECK(lru.find(1) == nullptr);
  CHECK(*lru.find(2) == 2);
}

TEST_CASE("What was erased is gone, and its place is used again", "[lru]") {
  cache lru(3);
  for (std::uint64_t key : {1, 2, 3}) lru.put(key, key);
  CHECK(lru.erase(2));
  CHECK_FALSE(lru.erase(2));
  CHECK(lru.find(2) == nullptr);
  CHECK(lru.size() == 2);
  CHECK_FALSE(lru.put(4, 4));
  CHECK(lru.put(5, 5));
  CHECK(lru.find(1) == nullptr);
}

TEST_CASE("Keys of one bucket are told apart", "[lru]") {
  buttond::lru_cache<std::uint64_t, std::uint64_t, same_bucket> lru(50);
  for (std::uint64_t key = 0; key < 50; ++key) lru.put(key, key * 2);
  for (std::uint64_t key = 0; key < 50; key += 3) CHECK(lru.erase(key));
  for (std::uint64_t key = 0; key < 50; ++key) {
    CAPTURE(key);
    const auto* value = lru.find(key);
    REQUIRE((value != nullptr) == (key % 3 != 0));
    if (value != nullptr) CHECK(*value == key * 2);
  }
}

TEST_CASE("An LRU agrees with a model through random use", "[lru]") {
  struct entry {
    std::uint64_t key;
    std::uint64_t value;
    bool is_used;
  };
  constexpr std::uint32_t capacity = 100;
  cache lru(capacity);
  std::list<entry> model;  // newest first
  const auto drop_one = [&] {
    for (int chances = 0; chances < 64 && model.back().is_used; ++chances) {
      model.back().is_used = false;
      model.splice(model.begin(), model, std::prev(model.end()));
    }
    model.pop_back();
  };
  std::mt19937 random(1);
  for (std::uint64_t step = 0; step < 200'000; ++step) {
    const std::uint64_t key = random() % 160;
    const auto at = std::find_if(model.begin(), model.end(), [key](const entry& e) { return e.key == key; });
    const bool known = at != model.end();
    switch (random() % 8) {
      case 0:
        REQUIRE(lru.erase(key) == known);
        if (known) model.erase(at);
        break;
      case 1:
      case 2:
      case 3: {
        const bool drops = !known && model.size() == capacity;
        if (drops) drop_one();
        if (known)
          *at = {key, step, true};
        else
          model.push_front({key, step, false});
        REQUIRE(lru.put(key, step) == drops);
        break;
      }
      default: {
        const auto* value = lru.find(key);
        REQUIRE((value != nullptr) == known);
        if (known) {
          REQUIRE(*value == at->value);
          at->is_used = true;
        }
      }
    }
    REQUIRE(lru.size() == model.size());
  }
}

TEST_CASE("What is in use survives any number of passers-by, but for one in fifty", "[lru]") {
  constexpr std::uint64_t capacity = 4'000;
  constexpr std::uint64_t used = capacity / 4;
  constexpr std::uint64_t passers = 40 * capacity;
  cache lru(capacity);
  std::uint64_t lost = 0;
  for (std::uint64_t passer = 0; passer < passers; ++passer) {
    if (const std::uint64_t key = passer % used; lru.find(key) == nullptr) {
      ++lost;
      lru.put(key, key);
    }
    lru.put(1'000'000 + passer, 0);
  }
  CHECK(lost - used < passers / 50);
}

TEST_CASE("Where everything is in use, something goes all the same", "[lru]") {
  constexpr std::uint64_t capacity = 4'000;
  cache lru(capacity);
  for (std::uint64_t key = 0; key < capacity; ++key) lru.put(key, key);
  for (std::uint64_t key = 0; key < capacity; ++key) lru.find(key);
  CHECK(lru.put(1'000'000, 0));
  for (std::uint64_t key = 0; key < 64; ++key) CHECK(lru.find(key) != nullptr);
  CHECK(lru.find(64) == nullptr);
  CHECK(lru.find(65) != nullptr);
}

TEST_CASE("An LRU takes memory only as it fills", "[lru]") {
  cache lru(10'000'000);
  CHECK(lru.bytes() < 100);
  for (std::uint64_t key = 0; key < 100'000; ++key) lru.put(key, key);
  CHECK(lru.bytes() <= 100'001 * cache::bytes_per_entry);
  for (std::uint64_t key = 0; key < 100'000; ++key) REQUIRE(*lru.find(key) == key);
}
