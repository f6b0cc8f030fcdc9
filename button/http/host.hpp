#pragma once
// What connections share: `engine`, all those of a server, and `host`, those of one loop.

#include "button/http/event_loop.hpp"
#include "button/http/forwarded.hpp"
#include "button/http/limits.hpp"
#include "button/http/request_handler.hpp"
#include "button/http/response_writer.hpp"
#include "common/clock.hpp"
#include "common/log_limit.hpp"
#include "common/network.hpp"

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace buttond::http {

/// Thread-safe.
class engine {
 public:
  engine(const limits& limits, std::vector<network> trusted, bool expects_proxy_header, const clock& now)
      : bounds(limits),
        trusted_proxies(std::move(trusted)),
        proxy_protocol(expects_proxy_header),
        time(now) {}

  const limits bounds;
  const std::vector<network> trusted_proxies;
  const bool proxy_protocol;
  const clock& time;
  std::atomic<std::size_t> connections{0};
  std::atomic<bool> closing{false};  // answer with Connection: close

  /// Counts one more connection; false where that would be one too many.
  bool admit() noexcept {
    if (connections.fetch_add(1, std::memory_order_relaxed) < bounds.connections) return true;
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

class connection;
using connection_hook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// An answer that is in `output`: what its handler is told once it went to the socket.
struct written_answer {
  std::uint16_t status;
  std::uint8_t route;
  monotonic_time since;  // the read that completed its request
};

/// The loop's thread only. All from `input` on is scratch: whoever runs may use it until he suspends, and
/// leaves `output` and `answers` empty then.
struct host {
  static constexpr std::size_t input_bytes = 64 * 1024;

  host(engine& all, event_loop& loop, request_handler& answers_with);
  ~host();
  host(const host&) = delete;
  host& operator=(const host&) = delete;

  engine& shared;
  event_loop& events;
  request_handler& handler;
  boost::intrusive::list<connection, boost::intrusive::base_hook<connection_hook>,
                         boost::intrusive::constant_time_size<false>>
      connections;
  std::size_t turned_away = 0;  // connections over the limit that are being told so
  date_line date;
  log_limiter failures;

  std::unique_ptr<char[]> input{new char[input_bytes]};
  std::string output;
  request asked;
  forwarded_lines forwarded;
  response answer;
  std::vector<written_answer> answers;
};

}  // namespace buttond::http
