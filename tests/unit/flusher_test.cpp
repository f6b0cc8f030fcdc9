#include "button/impressions/flusher.hpp"

#include "tests/unit/journal_rig.hpp"
#include "tests/unit/plain_store.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;
using fault = recording_store::fault;

namespace {

// A thread that counts and runs what is posted to it, as an event loop does.
class loop {
 public:
  ~loop() { stop(); }

  void post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }

  void start(impression_counter& counter, std::size_t number, int rounds) {
    thread_ = std::thread([this, &counter, number, rounds] {
      const fingerprinter fingerprint_of;
      for (int round = 0; round < rounds; ++round) {
        run_posted();
        for (const auto& key : {std::string("example.com/all"), "example.com/" + std::to_string(round % 150),
                                "example.com/of/" + std::to_string(number)})
          counter.add(event_kind::impression, fingerprint_of(key), key);
        std::this_thread::yield();
      }
      counted_ = true;
      while (!stop_) {
        run_posted();
        std::this_thread::sleep_for(1ms);
      }
    });
  }

  bool counted() const { return counted_; }

  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run_posted() {
    std::deque<std::function<void()>> now;
    {
      const std::lock_guard lock(mutex_);
      now.swap(tasks_);
    }
    for (const auto& task : now) task();
  }

  std::mutex mutex_;
  std::deque<std::function<void()>> tasks_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> counted_ = false;
  std::thread thread_;
};

/// Counts how often it is seen whether it could be written.
class asked_store final : public plain_store {
 public:
  result<void> can_write(std::string&) override {
    ++asked;
    return {};
  }
  void while_failing(std::function<std::string()> what) override { say = std::move(what); }

  std::atomic<int> asked = 0;
  std::function<std::string()> say;
};

struct node {
  node() { events.start(); }

  const temporary_directory directory;
  const system_clock time;
  recording_store store;
  stepped_journal events{small_journal(directory.path()), time};
};

}  // namespace

TEST_CASE("a batch reaches the store as soon as the epoch is closed", "[flusher][concurrent]") {
  node it;
  flusher carrier(it.events, it.store, it.time);
  carrier.start();
  reader(it.events).sees("example.com/a", 3);
  it.events.close_epoch();
  CHECK(carrier.drain(10s) == event_totals{});
  CHECK(it.store.of("example.com/a") == tally{3, 0, 0});
}

TEST_CASE("a batch that fails is sent again until it is acknowledged, and counted once",
          "[flusher][concurrent]") {
  node it;
  it.store.faults = [](std::size_t call) {
    constexpr std::array faults{fault::refused, fault::cut, fault::answered_late, fault::cut};
    return call < faults.size() ? faults[call] : fault::none;
  };
  flusher carrier(it.events, it.store, it.time);
  carrier.start();
  for (int link = 0; link < 10; ++link) reader(it.events).sees("example.com/" + std::to_string(link), 2);
  it.events.close_epoch();
  CHECK(carrier.drain(20s) == event_totals{});
  CHECK(it.store.total() == tally{20, 0, 0});
  CHECK(it.store.calls() == 5);
}

TEST_CASE("a drain ends at its deadline and says what is left", "[flusher][concurrent]") {
  node it;
  it.store.faults = [](std::size_t) { return fault::refused; };
  flusher carrier(it.events, it.store, it.time);
  carrier.start();
  reader(it.events).sees("example.com/a", 3);
  it.events.close_epoch();
  CHECK(carrier.drain(200ms) == event_totals{3, 0});
}

TEST_CASE("a drain does not sit out a long back-off", "[flusher][concurrent]") {
  node it;
  std::atomic<bool> away = true;
  it.store.faults = [&away](std::size_t) { return away ? fault::refused : fault::none; };
  flusher carrier(it.events, it.store, it.time);
  carrier.start();
  reader(it.events).sees("example.com/a");
  it.events.close_epoch();
  while (it.store.calls() < 5) std::this_thread::sleep_for(5ms);  // the next try is more than 0.8 s away
  away = false;
  const auto begun = it.time.monotonic();
  CHECK(carrier.drain(10s) == event_totals{});
  CHECK(it.time.monotonic() - begun < 700ms);
}

TEST_CASE("loops, journal and flusher together count every event once", "[flusher][concurrent]") {
  const temporary_directory directory;
  const system_clock time;
  recording_store store;
  store.faults = [](std::size_t call) {
    if (call % 7 == 3) return fault::cut;
    return call % 5 == 1 ? fault::refused : fault::none;
  };
  constexpr std::size_t loops = 3;
  constexpr int rounds = 3000;
  std::vector<loop> threads(loops);
  auto options = small_journal(directory.path(), loops);
  options.epoch = 20ms;
  options.sync = 5ms;
  journal events(options, time, [&threads](std::size_t number, std::function<void()> task) {
    threads[number].post(std::move(task));
  });
  flusher carrier(events, store, time);
  for (std::size_t number = 0; number < loops; ++number)
    threads[number].start(events.counter(number), number, rounds);
  events.start();
  carrier.start();
  for (const auto& thread : threads) {
    while (!thread.counted()) {
      const auto numbers = events.numbers();
      CHECK(numbers.stored.impressions <= loops * rounds * 3);
      std::this_thread::sleep_for(5ms);
    }
  }
  events.close_epoch();
  CHECK(carrier.drain(30s) == event_totals{});
  events.stop();
  for (auto& thread : threads) thread.stop();
  CHECK(store.of("example.com/all") == tally{loops * rounds, 0, 0});
  for (std::size_t number = 0; number < loops; ++number)
    CHECK(store.of("example.com/of/" + std::to_string(number)) == tally{rounds, 0, 0});
  CHECK(store.total() == tally{loops * rounds * 3, 0, 0});
  CHECK(events.numbers().stored == event_totals{loops * rounds * 3, 0});
  CHECK(events.numbers().at_risk == event_totals{});
  CHECK(events.numbers().pending == event_totals{});
}

TEST_CASE(
    "with nothing to bring it is seen at once whether the store could be written, and then now and then",
    "[flusher][concurrent]") {
  node it;
  asked_store store;
  flusher carrier(it.events, store, it.time);
  carrier.start();
  while (store.asked == 0) std::this_thread::yield();
  CHECK(carrier.drain(1s) == event_totals{});  // wakes it up
  CHECK(store.asked == 1);
}

TEST_CASE("a failure of the store is told with what waits for it", "[flusher][concurrent]") {
  node it;
  asked_store store;
  {
    const flusher carrier(it.events, store, it.time);
    reader(it.events).sees("example.com/a", 3);
    it.events.close_epoch();
    CHECK(store.say() == "counting goes on, and 3 impressions and 0 clicks wait in the journal");
  }
  CHECK_FALSE(store.say);
}
