#include "button/http/event_loop.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace buttond::http {
namespace {

constexpr std::chrono::seconds tick_interval{1};
constexpr std::size_t events_at_once = 64;

/// After so many events told in a row, or so long, tasks and timers get their turn.
constexpr std::size_t events_in_a_row = 256;
constexpr std::chrono::milliseconds longest_row{5};

int make_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return set;
}

}  // namespace

event_loop::event_loop(std::function<void()> tick)
    : box_(std::make_shared<mailbox>()),
      set_(box_->context(), make_set()),
      tick_(std::move(tick)),
      tick_timer_(box_->context()) {}

bool event_loop::control(int operation, int fd, std::uint32_t events, watcher& who) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &who;
  return ::epoll_ctl(set_.native_handle(), operation, fd, &event) == 0;
}

bool event_loop::watch(int fd, std::uint32_t events, watcher& who) noexcept {
  return control(EPOLL_CTL_ADD, fd, events, who);
}

bool event_loop::rewatch(int fd, std::uint32_t events, watcher& who) noexcept {
  return control(EPOLL_CTL_MOD, fd, events, who);
}

void event_loop::forget(int fd) noexcept {
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, fd, nullptr);
}

void event_loop::call_after(std::chrono::milliseconds delay, std::function<void()> work) {
  if (over_) return;
  const auto timer = timers_.emplace(timers_.end(), box_->context(), delay);
  timer->async_wait([this, timer, work = std::move(work)](const boost::system::error_code& ended) {
    if (ended || over_) return;  // over: it was due, and waited its turn, when the timers went
    timers_.erase(timer);
    work();
  });
}

void event_loop::run() {
  wait_for_ready();
  tick_();
  wait_for_tick();
  box_->context().run();
  // What waits holds its part of the box, and the box holds what waits: end the waits.
  box_->close();
  over_ = true;
  set_.cancel();
  tick_timer_.cancel();
  timers_.clear();
  box_->context().restart();
  box_->context().poll();
}

void event_loop::wait_for_ready() {
  set_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                  [this](const boost::system::error_code& ended) {
                    if (ended) return;
                    tell_watchers();
                    wait_for_ready();
                  });
}

void event_loop::tell_watchers() {
  std::array<epoll_event, events_at_once> events;
  std::size_t told = 0;
  const auto since = std::chrono::steady_clock::now();
  while (told < events_in_a_row && !box_->context().stopped()) {
    const int count = ::epoll_wait(set_.native_handle(), events.data(), events.size(), 0);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      static_cast<watcher*>(event.data.ptr)->ready(event.events);
    }
    // Where several were ready at once, more are by now: to ask is cheaper than a turn of the io_context.
    if (count < 2 || std::chrono::steady_clock::now() - since > longest_row) return;
    told += static_cast<std::size_t>(count);
  }
}

void event_loop::wait_for_tick() {
  tick_timer_.expires_after(tick_interval);
  tick_timer_.async_wait([this](const boost::system::error_code& ended) {
    if (ended) return;
    tick_();
    wait_for_tick();
  });
}

}  // namespace buttond::http
