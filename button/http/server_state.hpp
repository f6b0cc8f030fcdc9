#pragma once
// What the connections of all loops of a server share: how it was set up, how many they are, and whether it
// stops. Owned by the server. Thread-safe.

#include "button/http/limits.hpp"
#include "common/clock.hpp"
#include "common/network.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace buttond::http {

class server_state {
 public:
  server_state(const limits& limits, std::size_t loops_of_it, std::vector<network> trusted,
               bool expects_proxy_header, const clock& now)
      : limit(limits),
        loops(loops_of_it),
        trusted_proxies(std::move(trusted)),
        proxy_protocol(expects_proxy_header),
        time(now) {}

  const limits limit;
  const std::size_t loops;
  const std::vector<network> trusted_proxies;
  const bool proxy_protocol;
  const clock& time;
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> waiting_bytes{0};      // what the connections keep, as limits::waiting_bytes says
  std::atomic<std::uint64_t> closed_for_room{0};  // idle ones, since others came
  std::atomic<std::uint64_t> closed_for_memory{0};  // those that kept the most
  std::atomic<bool> closing{false};                 // answer with Connection: close

  /// Counts one more connection; false where that would be one too many.
  bool admit() noexcept {
    if (connections.fetch_add(1, std::memory_order_relaxed) < limit.connections) return true;
    release();
    return false;
  }

  void release() noexcept {
    if (connections.fetch_sub(1) > 1 || !closing.load()) return;
    const std::lock_guard lock(mutex_);
    none_left_.notify_all();
  }

  /// While closing: waits until there is no connection, for `patience` at most.
  void wait_until_none(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    none_left_.wait_for(lock, patience, [this] { return connections.load() == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_left_;
};

}  // namespace buttond::http
