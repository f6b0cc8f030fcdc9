#include "button/http/loop.hpp"

#include "button/http/connection.hpp"
#include "common/scheduling.hpp"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace buttond::http {
namespace {

/// While it lives, threads start with every signal blocked: signals are the main thread's.
class blocked_signals {
 public:
  blocked_signals() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~blocked_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  blocked_signals(const blocked_signals&) = delete;
  blocked_signals& operator=(const blocked_signals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

loop::loop(engine& shared, std::unique_ptr<request_handler> handler,
           std::vector<listening_socket_ptr> sockets)
    : handler_(std::move(handler)),
      events_([this] { tick(); }),
      host_(shared, events_, *handler_),
      sockets_(std::move(sockets)) {}

loop::~loop() {
  stop_and_join();
  stop_accepting();
  cut();
}

void loop::start(const std::string& name) {
  for (listening_socket_ptr& socket : sockets_)
    listeners_.push_back(std::make_unique<listener>(host_, std::move(socket)));
  sockets_.clear();
  box().open();
  const blocked_signals block;
  thread_ = std::thread([this] {
    schedule_this_thread(0);
    events_.run();
  });
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

void loop::stop_and_join() {
  if (!thread_.joinable()) return;
  box().post([this] { events_.stop(); });
  thread_.join();
}

void loop::stop_accepting() {
  for (const auto& listening : listeners_) listening->accept_last();
  listeners_.clear();
  sockets_.clear();
}

void loop::drain() {
  for (auto next = host_.connections.begin(); next != host_.connections.end();) (next++)->drain();
}

std::size_t loop::cut() {
  std::size_t unanswered = 0;
  while (!host_.connections.empty()) unanswered += host_.connections.front().cut() ? 1 : 0;
  return unanswered;
}

void loop::tick() {
  host_.date.set(host_.shared.time.wall());
  for (const auto& listening : listeners_) listening->resume();
  const monotonic_time now = host_.shared.time.monotonic();
  for (auto next = host_.connections.begin(); next != host_.connections.end();) (next++)->sweep(now);
}

}  // namespace buttond::http
