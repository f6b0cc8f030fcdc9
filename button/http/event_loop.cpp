#include "button/http/event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace buttond::http {
namespace {

constexpr std::chrono::seconds tick_interval{1};
constexpr std::size_t events_at_once = 256;

}  // namespace

event_loop::event_loop(std::function<void()> tick)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), box_(std::make_shared<mailbox>()), tick_(std::move(tick)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // the mailbox
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, box_->descriptor(), &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

bool event_loop::watch(int fd, std::uint32_t events, watcher& who) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &who;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool event_loop::rewatch(int fd, std::uint32_t events, watcher& who) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &who;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0;
}

void event_loop::forget(int fd) noexcept {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void event_loop::call_after(std::chrono::milliseconds delay, std::function<void()> work) {
  timers_.push({std::chrono::steady_clock::now() + delay, std::move(work)});
}

void event_loop::run() {
  std::array<epoll_event, events_at_once> events;
  next_tick_ = std::chrono::steady_clock::now();
  while (!stopping_) {
    const auto before = std::chrono::steady_clock::now();
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), milliseconds_to_next(before));
    bool mail = false;
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr == nullptr)
        mail = true;
      else
        static_cast<watcher*>(event.data.ptr)->ready(event.events);
    }
    if (mail) run_tasks();
    run_timers(std::chrono::steady_clock::now());
  }
  while (!box_->close_if_empty()) run_tasks();
}

int event_loop::milliseconds_to_next(time_point now) const noexcept {
  const time_point next = timers_.empty() ? next_tick_ : std::min(next_tick_, timers_.top().at);
  if (next <= now) return 0;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(next - now).count());
}

void event_loop::run_timers(time_point now) {
  while (!timers_.empty() && timers_.top().at <= now) {
    const std::function<void()> work = timers_.top().work;
    timers_.pop();
    work();
  }
  if (now < next_tick_) return;
  next_tick_ = now + tick_interval;
  tick_();
}

void event_loop::run_tasks() {
  box_->take(tasks_);
  for (mailbox::task& task : tasks_) task();
  tasks_.clear();
}

}  // namespace buttond::http
