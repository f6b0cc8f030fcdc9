#include "common/second_chance_cache.hpp"

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
using test_cache = buttond::second_chance_cache<std::uint64_t, std::uint64_t, spread>;

}  // namespace

TEST_CASE("A cache finds what was put, with its latest value", "[second_chance_cache]") {
  test_cache cache(4);
  CHECK(cache.find(1) == nullptr);
  cache.put(1, 10);
  cache.put(2, 20);
  cache.put(1, 11);
  REQUIRE(cache.find(1) != nullptr);
  CHECK(*cache.find(1) == 11);
  CHECK(*cache.find(2) == 20);
  CHECK(cache.size() == 2);
}

TEST_CASE("A full cache drops what came first and was not used since", "[second_chance_cache]") {
  test_cache cache(3);
  for (std::uint64_t key : {1, 2, 3}) CHECK_FALSE(cache.put(key, key));
  cache.find(1);
  CHECK(cache.put(4, 4));
  CHECK(cache.find(2) == nullptr);
  cache.put(3, 33);
  CHECK(cache.put(5, 5));
  CHECK(cache.find(1) == nullptr);
  CHECK(*cache.find(3) == 33);
  CHECK(*cache.find(4) == 4);
  CHECK(*cache.find(5) == 5);
  CHECK(cache.size() == cache.capacity());
}

TEST_CASE("A cache of one entry holds the last", "[second_chance_cache]") {
  test_cache cache(1);
  CHECK_FALSE(cache.put(1, 1));
  CHECK(cache.put(2, 2));
  CHECK(cache.find(1) == nullptr);
  CHECK(*cache.find(2) == 2);
}

TEST_CASE("What was erased is gone, and its place is used again", "[second_chance_cache]") {
  test_cache cache(3);
  for (std::uint64_t key : {1, 2, 3}) cache.put(key, key);
  CHECK(cache.erase(2));
  CHECK_FALSE(cache.erase(2));
  CHECK(cache.find(2) == nullptr);
  CHECK(cache.size() == 2);
  CHECK_FALSE(cache.put(4, 4));
  CHECK(cache.put(5, 5));
  CHECK(cache.find(1) == nullptr);
}

TEST_CASE("Keys of one bucket are told apart", "[second_chance_cache]") {
  buttond::second_chance_cache<std::uint64_t, std::uint64_t, same_bucket> cache(50);
  for (std::uint64_t key = 0; key < 50; ++key) cache.put(key, key * 2);
  for (std::uint64_t key = 0; key < 50; key += 3) CHECK(cache.erase(key));
  for (std::uint64_t key = 0; key < 50; ++key) {
    CAPTURE(key);
    const auto* value = cache.find(key);
    REQUIRE((value != nullptr) == (key % 3 != 0));
    if (value != nullptr) CHECK(*value == key * 2);
  }
}

TEST_CASE("A cache agrees with a model through random use", "[second_chance_cache]") {
  struct entry {
    std::uint64_t key;
    std::uint64_t value;
    bool is_used;
  };
  constexpr std::uint32_t capacity = 100;
  test_cache cache(capacity);
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
        REQUIRE(cache.erase(key) == known);
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
        REQUIRE(cache.put(key, step) == drops);
        break;
      }
      default: {
        const auto* value = cache.find(key);
        REQUIRE((value != nullptr) == known);
        if (known) {
          REQUIRE(*value == at->value);
          at->is_used = true;
        }
      }
    }
    REQUIRE(cache.size() == model.size());
  }
}

TEST_CASE("What is in use survives any number of passers-by, but for one in fifty", "[second_chance_cache]") {
  constexpr std::uint64_t capacity = 4'000;
  constexpr std::uint64_t used = capacity / 4;
  constexpr std::uint64_t passers = 40 * capacity;
  test_cache cache(capacity);
  std::uint64_t lost = 0;
  for (std::uint64_t passer = 0; passer < passers; ++passer) {
    if (const std::uint64_t key = passer % used; cache.find(key) == nullptr) {
      ++lost;
      cache.put(key, key);
    }
    cache.put(1'000'000 + passer, 0);
  }
  CHECK(lost - used < passers / 50);
}

TEST_CASE("Where everything is in use, something goes all the same", "[second_chance_cache]") {
  constexpr std::uint64_t capacity = 4'000;
  test_cache cache(capacity);
  for (std::uint64_t key = 0; key < capacity; ++key) cache.put(key, key);
  for (std::uint64_t key = 0; key < capacity; ++key) cache.find(key);
  CHECK(cache.put(1'000'000, 0));
  for (std::uint64_t key = 0; key < 64; ++key) CHECK(cache.find(key) != nullptr);
  CHECK(cache.find(64) == nullptr);
  CHECK(cache.find(65) != nullptr);
}

TEST_CASE("A cache takes memory only as it fills", "[second_chance_cache]") {
  test_cache cache(10'000'000);
  CHECK(cache.bytes() < 100);
  for (std::uint64_t key = 0; key < 100'000; ++key) cache.put(key, key);
  CHECK(cache.bytes() <= 100'001 * test_cache::bytes_per_entry);
  for (std::uint64_t key = 0; key < 100'000; ++key) REQUIRE(*cache.find(key) == key);
}
