#pragma once
// One thread's events: an io_context for tasks and timers, and with it a set of descriptors (connections and
// listeners) whose readiness is told to their watchers.
//
// Why the set: for a socket of its own Asio re-arms the descriptor with an epoll_ctl for every wait
// (async_wait), or reads once more than there is data (async_read_some); that is a third system call for
// every request. So the descriptors are registered once, edge-triggered, with an epoll set of ours; whoever
// watches one remembers what it was told. The set itself is one descriptor of the io_context, and Asio's
// epoll_ctl is paid once for all descriptors that became ready together; a busy loop asks the set itself for
// more before it goes back to Asio. A request costs its read and its write.
//
// Everything belongs to the thread that calls run(), or to one thread before that; for others there is box().

#include "button/http/mailbox.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>

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
  void stop() noexcept { box_->context().stop(); }

 private:
  bool control(int operation, int fd, std::uint32_t events, watcher& who) noexcept;
  void wait_for_ready();
  void tell_watchers();
  void wait_for_tick();

  std::shared_ptr<mailbox> box_;
  boost::asio::posix::stream_descriptor set_;
  std::function<void()> tick_;
  boost::asio::steady_timer tick_timer_;
  std::list<boost::asio::steady_timer> timers_;
  bool over_ = false;
};

}  // namespace buttond::http
