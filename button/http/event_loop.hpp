#pragma once
// One thread's events: descriptors that became ready, tasks from other threads, and timers.
//
// Why not an io_context: Asio re-arms a descriptor with an epoll_ctl for every wait (async_wait), or reads
// once more than there is data (async_read_some), and neither can be turned off; that is a third system call
// for every request. Here a descriptor is registered once, edge-triggered, and whoever watches it remembers
// what it was told, so a request costs its read and its write.
//
// Everything but post() belongs to the thread that calls run(), or to one thread before that.

#include "button/http/mailbox.hpp"
#include "button/http/unique_fd.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

namespace buttond::http {

/// Who is told that a descriptor is ready. It must forget() its descriptor, or close it, before it goes.
class watcher {
 public:
  virtual ~watcher() = default;

  /// `events` as epoll says them. May destroy this watcher, and no other.
  virtual void ready(std::uint32_t events) = 0;
};

class event_loop {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `tick` is called about once a second while the loop runs. Throws std::system_error.
  explicit event_loop(std::function<void()> tick);

  /// `events` as for epoll_ctl, EPOLLET and EPOLLEXCLUSIVE too. False, with errno, where the system refuses.
  bool watch(int fd, std::uint32_t events, watcher& who) noexcept;

  /// Changes what is watched. What is ready already is reported again.
  bool rewatch(int fd, std::uint32_t events, watcher& who) noexcept;

  void forget(int fd) noexcept;

  /// Calls `work` once, in `delay` or a little later, unless the loop ends before. Real time: it paces, it
  /// does not decide.
  void call_after(std::chrono::milliseconds delay, std::function<void()> work);

  /// For tasks from any thread, also when this loop is gone.
  const std::shared_ptr<mailbox>& box() const noexcept { return box_; }

  /// Runs until stop(); then the tasks that were posted before are run, and no more are taken.
  void run();

  /// From the loop's thread: in a task or a watcher.
  void stop() noexcept { stopping_ = true; }

 private:
  struct timer {
    time_point at;
    std::function<void()> work;
    friend bool operator<(const timer& a, const timer& b) noexcept { return a.at > b.at; }
  };

  int milliseconds_to_next(time_point now) const noexcept;
  void run_timers(time_point now);
  void run_tasks();

  unique_fd epoll_;
  std::shared_ptr<mailbox> box_;
  std::function<void()> tick_;
  time_point next_tick_;
  std::priority_queue<timer> timers_;
  std::vector<mailbox::task> tasks_;
  bool stopping_ = false;
};

}  // namespace buttond::http
