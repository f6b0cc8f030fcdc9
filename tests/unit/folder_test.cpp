#include "button/impressions/folder.hpp"

#include "tests/unit/plain_store.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

/// Answers fold() with what it was told to, one after the other; then with the last of these for ever.
class folding_store final : public plain_store {
 public:
  explicit folding_store(std::deque<result<fold_report>> answers) : answers_(std::move(answers)) {}

  result<fold_report> fold(const std::atomic<fold_turn>& turn) override {
    const std::lock_guard lock(mutex_);
    calls_.emplace_back(turn, std::chrono::steady_clock::now());
    called_.notify_all();
    auto answer = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    return answer;
  }

  struct call {
    call(fold_turn how, monotonic_time when) : turn(how), at(when) {}
    fold_turn turn;
    monotonic_time at;
  };

  /// Waits until there were that many.
  std::vector<call> calls(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(called_.wait_for(lock, 20s, [&] { return calls_.size() >= count; }));
    return calls_;
  }

  std::vector<call> calls_so_far() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable called_;
  std::deque<result<fold_report>> answers_;
  std::vector<call> calls_;
};

const fold_report nothing{};
const fold_report some_of_more{
    .batches = 20, .links = 3'000, .refused = 1, .repaired = 2, .waiting = 5, .oldest = {}, .more = true};
const fold_report the_rest{.batches = 5, .links = 700, .oldest = {}};

struct node {
  explicit node(std::deque<result<fold_report>> answers, std::chrono::milliseconds every = 1h)
      : store(std::move(answers)), folds(store, every, time) {
    folds.start();
  }

  const system_clock time;
  folding_store store;
  folder folds;
};

}  // namespace

TEST_CASE("Batches that wait are folded call after call, in turn", "[folder][concurrent]") {
  node it({some_of_more, some_of_more, the_rest, nothing});
  const auto calls = it.store.calls(3);
  CHECK(calls[2].at - calls[0].at < 5s);
  for (const auto& call : calls) CHECK(call.turn == fold_turn::in_turn);
}

TEST_CASE("What came while a fold was done is for the one an interval later", "[folder][concurrent]") {
  node it({fold_report{.batches = 20, .waiting = 5, .oldest = {}}}, 200ms);
  const auto calls = it.store.calls(3);
  CHECK(calls[1].at - calls[0].at >= 180ms);
  CHECK(calls[2].at - calls[1].at >= 180ms);
}

TEST_CASE("Where nothing waits the next fold is an interval away", "[folder][concurrent]") {
  node it({nothing}, 200ms);
  const auto calls = it.store.calls(3);
  CHECK(calls[1].at - calls[0].at >= 180ms);
  CHECK(calls[2].at - calls[1].at >= 180ms);
}

TEST_CASE("Batches that another node folds are left to it for an interval", "[folder][concurrent]") {
  node it({fold_report{.waiting = 7, .oldest = {}}}, 200ms);
  const auto calls = it.store.calls(2);
  CHECK(calls[1].at - calls[0].at >= 180ms);
  CHECK(it.folds.numbers().folds == 0);
  CHECK(it.folds.numbers().waiting == 7);
}

TEST_CASE("A fold that failed is tried again, later and later", "[folder][concurrent]") {
  node it({errc::store_unavailable});
  const auto calls = it.store.calls(4);
  CHECK(calls[1].at - calls[0].at >= 90ms);
  CHECK(calls[2].at - calls[1].at >= 180ms);
  CHECK(calls[3].at - calls[2].at >= 360ms);
}

TEST_CASE("The numbers are sums of what was done, and what the last call said of the rest",
          "[folder][concurrent]") {
  node it(
      {some_of_more,
       fold_report{
           .batches = 4, .links = 10, .waiting = 3, .gaps = 2, .oldest = 90s, .set_aside = 9, .more = true},
       fold_report{.waiting = 3, .gaps = 2, .oldest = 90s, .set_aside = 9}});
  it.store.calls(3);
  CHECK_FALSE(it.folds.finish(20s));
  const auto numbers = it.folds.numbers();
  CHECK(numbers.folds == 2);
  CHECK(numbers.links == 3'010);
  CHECK(numbers.refused == 1);
  CHECK(numbers.repaired == 2);
  CHECK(numbers.waiting == 3);
  CHECK(numbers.gaps == 2);
  CHECK(numbers.set_aside == 9);
  CHECK(numbers.oldest_seconds >= 90);
  CHECK(numbers.oldest_seconds < 120);
}

TEST_CASE("A failure leaves the numbers of the last call that succeeded", "[folder][concurrent]") {
  node it({some_of_more, errc::store_timeout});
  it.store.calls(3);
  CHECK(it.folds.numbers().waiting == 5);
  CHECK(it.folds.numbers().folds == 1);
}

TEST_CASE("Who finishes folds at once, whoever's turn it is, until nothing waits", "[folder][concurrent]") {
  node it({nothing, some_of_more, the_rest});
  it.store.calls(1);
  CHECK(it.folds.finish(20s));
  const auto calls = it.store.calls_so_far();
  REQUIRE(calls.size() == 3);
  CHECK(calls[1].turn == fold_turn::at_once);
  CHECK(calls[2].turn == fold_turn::at_once);
  CHECK(calls[2].at - calls[0].at < 5s);
  CHECK(it.folds.numbers().links == 3'700);
}

TEST_CASE("Finishing ends at its deadline where the store is away", "[folder][concurrent]") {
  node it({errc::store_unavailable});
  const auto begun = it.time.monotonic();
  CHECK_FALSE(it.folds.finish(1500ms));
  CHECK(it.time.monotonic() - begun >= 1500ms);
  CHECK(it.store.calls_so_far().size() > 2);
}

TEST_CASE("Finishing does not sit out a long back-off", "[folder][concurrent]") {
  std::deque<result<fold_report>> answers(5, errc::store_unavailable);
  answers.emplace_back(nothing);
  node it(std::move(answers));
  it.store.calls(5);  // the next try is more than 1.4 s away
  const auto begun = it.time.monotonic();
  CHECK(it.folds.finish(20s));
  CHECK(it.time.monotonic() - begun < 1s);
}

TEST_CASE("Finishing gives up on batches that wait for one that is not there", "[folder][concurrent]") {
  node it({fold_report{.waiting = 2, .oldest = {}}});
  const auto begun = it.time.monotonic();
  CHECK_FALSE(it.folds.finish(20s));
  CHECK(it.time.monotonic() - begun < 10s);
}

TEST_CASE("A folder that waits for its interval stops promptly", "[folder][concurrent]") {
  const auto begun = std::chrono::steady_clock::now();
  {
    node it({nothing});
    it.store.calls(1);
  }
  CHECK(std::chrono::steady_clock::now() - begun < 5s);
}
