#include "button/counts/count_loader.hpp"

#include "common/background_thread.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace buttond {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto first_pause = 100ms;  // after a failure; doubles up to longest_pause
constexpr std::chrono::milliseconds longest_pause = 2s;
constexpr auto idle_ping = 10s;

/// The keys of one query, and who waits for it.
struct round {
  explicit round(std::uint64_t with_number) : number(with_number) {}

  std::uint64_t number;
  steady_clock::time_point opened = steady_clock::now();
  std::vector<fingerprint> fingerprints;
  std::vector<std::string> keys;  // in the order of fingerprints
  std::vector<std::function<void()>> waiters;
};

}  // namespace

// Rounds are asked in the order of their numbers, so whoever waits for several links waits for the last of
// their rounds.
struct count_loader::impl {
  impl(store& store_to_ask, count_cache& cache_to_fill, const loader_limits& its_limits)
      : from(store_to_ask), into(cache_to_fill), limits(its_limits) {}

  /// The last of the rounds that have `links`, queueing those that are in none; null when there is none
  /// because they are turned away. The caller holds the mutex.
  round* enqueue(std::span<const link_id> links);
  void run();
  void ask();
  void ping();
  void failed();
  void drop_all();
  bool is_overdue() const noexcept;

  store& from;
  count_cache& into;
  const loader_limits limits;

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  bool stopping = false;
  std::uint64_t next_number = 1;
  std::deque<round> queued;  // their numbers follow one another
  boost::unordered_flat_map<fingerprint, std::uint64_t, fingerprint_hash> round_of;  // queued and in flight
  std::optional<round> in_flight;  // what the store is being asked
  std::size_t waiting = 0;         // waiters of all rounds

  // Of the loader's thread alone.
  std::chrono::milliseconds pause = first_pause;
  steady_clock::time_point next_ping = steady_clock::now();

  std::atomic<bool> up{true};
  std::atomic<steady_clock::rep> asked_since{0};  // of the query or ping under way; 0 for none
  std::atomic<std::uint64_t> queries{0};

  std::thread thread;  // last: it uses all of the above
};

bool count_loader::impl::is_overdue() const noexcept {
  const auto since = asked_since.load(std::memory_order_relaxed);
  return since != 0 &&
         steady_clock::now().time_since_epoch() - steady_clock::duration(since) > limits.overdue_after;
}

round* count_loader::impl::enqueue(std::span<const link_id> links) {
  if (stopping || !up.load(std::memory_order_relaxed) || is_overdue()) return nullptr;
  std::uint64_t last = 0;
  for (const auto& link : links) {
    if (const auto known = round_of.find(link.fingerprint); known != round_of.end()) {
      last = std::max(last, known->second);
      continue;
    }
    if (round_of.size() == limits.keys) return nullptr;
    if (queued.empty() || queued.back().keys.size() == limits.keys_of_query) {
      queued.emplace_back(next_number++);
      changed.notify_one();
    }
    round& open = queued.back();
    open.fingerprints.push_back(link.fingerprint);
    open.keys.emplace_back(link.key);
    if (open.keys.size() == limits.keys_of_query) changed.notify_one();
    round_of.emplace(link.fingerprint, open.number);
    last = std::max(last, open.number);
  }
  if (last == 0) return nullptr;
  if (in_flight && in_flight->number == last) return &*in_flight;
  return &queued[last - queued.front().number];
}

void count_loader::impl::run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    if (!queued.empty()) {
      const auto full = [this] { return stopping || queued.front().keys.size() == limits.keys_of_query; };
      changed.wait_until(lock, queued.front().opened + limits.linger, full);
      if (stopping) break;
      in_flight = std::move(queued.front());
      queued.pop_front();
      lock.unlock();
      ask();
      lock.lock();
    } else if (steady_clock::now() < next_ping) {
      changed.wait_until(lock, next_ping);
    } else {
      lock.unlock();
      ping();
      lock.lock();
    }
  }
  lock.unlock();
  drop_all();
}

void count_loader::impl::ask() {
  // Keys and fingerprints of the round in flight change on this thread only, so they need no lock.
  const std::uint64_t raises = into.raises();
  asked_since.store(steady_clock::now().time_since_epoch().count(), std::memory_order_relaxed);
  queries.fetch_add(1, std::memory_order_relaxed);
  const auto found = from.find(in_flight->keys);
  asked_since.store(0, std::memory_order_relaxed);
  if (!found) {
    failed();
    return;
  }
  for (std::size_t i = 0; i < in_flight->fingerprints.size(); ++i) {
    const auto& counts = (*found)[i];
    into.put(in_flight->fingerprints[i], counts ? std::optional(counts->shares) : std::nullopt, raises);
  }
  pause = first_pause;
  next_ping = steady_clock::now() + idle_ping;
  std::unique_lock lock(mutex);
  for (const auto& fingerprint : in_flight->fingerprints) round_of.erase(fingerprint);
  const auto waiters = std::move(in_flight->waiters);
  waiting -= waiters.size();
  in_flight.reset();
  lock.unlock();
  for (const auto& done : waiters) done();
}

void count_loader::impl::ping() {
  asked_since.store(steady_clock::now().time_since_epoch().count(), std::memory_order_relaxed);
  const bool answered = from.ping().has_value();
  asked_since.store(0, std::memory_order_relaxed);
  if (!answered) {
    failed();
    return;
  }
  // The pause stays long until a query succeeds: a store may answer pings and still fail queries.
  next_ping = steady_clock::now() + idle_ping;
  up.store(true, std::memory_order_relaxed);
}

void count_loader::impl::failed() {
  next_ping = steady_clock::now() + pause;
  pause = std::min(pause * 2, longest_pause);
  up.store(false, std::memory_order_relaxed);
  drop_all();
}

void count_loader::impl::drop_all() {
  std::vector<std::function<void()>> waiters;
  const auto take = [&waiters](round& from_round) {
    std::move(from_round.waiters.begin(), from_round.waiters.end(), std::back_inserter(waiters));
  };
  {
    const std::lock_guard lock(mutex);
    if (in_flight) take(*in_flight);
    for (auto& each : queued) take(each);
    in_flight.reset();
    queued.clear();
    round_of.clear();
    waiting = 0;
  }
  for (const auto& done : waiters) done();
}

count_loader::count_loader(store& from, count_cache& into, const loader_limits& limits)
    : impl_(std::make_unique<impl>(from, into, limits)) {
  impl_->thread = background_thread("loader", thread_priority::beside_loops,
                                    [this_impl = impl_.get()] { this_impl->run(); });
}

count_loader::~count_loader() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_one();
  impl_->thread.join();
}

void count_loader::refresh(std::span<const link_id> links) {
  const std::lock_guard lock(impl_->mutex);
  impl_->enqueue(links);
}

void count_loader::load(std::span<const link_id> links, std::function<void()> done) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->waiting < impl_->limits.waiters) {
      if (round* const last = impl_->enqueue(links); last != nullptr) {
        last->waiters.push_back(std::move(done));
        ++impl_->waiting;
        return;
      }
    }
  }
  done();
}

bool count_loader::store_up() const noexcept {
  return impl_->up.load(std::memory_order_relaxed) && !impl_->is_overdue();
}

std::uint64_t count_loader::queries() const noexcept {
  return impl_->queries.load(std::memory_order_relaxed);
}

}  // namespace buttond
