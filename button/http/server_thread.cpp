#include "button/http/server_thread.hpp"

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

server_thread::server_thread(server_state& server, std::unique_ptr<request_handler> handler,
                             std::vector<listening_socket_ptr> sockets)
    : handler_(std::move(handler)),
      events_([this] { tick(); }),
      state_(server, events_, *handler_),
      sockets_(std::move(sockets)) {}

server_thread::~server_thread() {
  stop_and_join();
  stop_accepting();
  cut();
}

void server_thread::start(const std::string& name) {
  for (listening_socket_ptr& socket : sockets_)
    listeners_.push_back(std::make_unique<listener>(state_, std::move(socket)));
  sockets_.clear();
  box().open();
  const blocked_signals block;
  thread_ = std::thread([this] {
    schedule_this_thread(0);
    events_.run();
  });
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

void server_thread::stop_and_join() {
  if (!thread_.joinable()) return;
  box().post([this] { events_.stop(); });
  thread_.join();
}

void server_thread::stop_accepting() {
  for (const auto& listening : listeners_) listening->accept_last();
  listeners_.clear();
  sockets_.clear();
}

void server_thread::drain() {
  for (auto next = state_.connections.begin(); next != state_.connections.end();) (next++)->drain();
}

std::size_t server_thread::cut() {
  std::size_t unanswered = 0;
  while (!state_.connections.empty()) unanswered += state_.connections.front().cut() ? 1 : 0;
  return unanswered;
}

void server_thread::tick() {
  state_.date.set(state_.server.time.wall());
  for (const auto& listening : listeners_) listening->resume();
  const monotonic_time now = state_.server.time.monotonic();
  loop_state::connection_list answered;
  for (auto next = state_.connections.begin(); next != state_.connections.end();) {
    connection& each = *next++;
    if (each.was_answered())
      answered.splice(answered.end(), state_.connections, loop_state::connection_list::s_iterator_to(each));
    each.sweep(now);
  }
  state_.connections.splice(state_.connections.end(), answered);
  state_.make_memory();
}

}  // namespace buttond::http
