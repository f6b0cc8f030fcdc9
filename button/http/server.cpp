#include "button/http/server.hpp"

#include "button/http/listening_socket.hpp"
#include "button/http/server_state.hpp"
#include "button/http/server_thread.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <utility>

namespace buttond::http {
namespace {

// Whoever is connected may be asking just now: closed then, he would get no answer and no refusal, and a
// balancer could not know whether his request was counted. In this time balancers use up the connections
// that they keep, for each answer ends one.
constexpr std::chrono::milliseconds patience_with_idle{1'000};

/// Where the loop does not run, the task is run here.
void post_or_run(mailbox& box, mailbox::task task) {
  // NOLINTNEXTLINE(bugprone-use-after-move): what is not posted is as it was
  if (!box.post(std::move(task))) task();
}

}  // namespace

struct server::impl {
  impl(const server_options& options, const handler_factory& handlers, const clock& time)
      : name(options.name),
        state(options.limit, options.loops, options.trusted_proxies, options.proxy_protocol, time) {
    std::vector<std::vector<listening_socket_ptr>> sockets(options.loops);
    const auto add = [&](const std::vector<listening_socket_ptr>& one_a_loop) {
      for (std::size_t i = 0; i < options.loops; ++i) sockets[i].push_back(one_a_loop[i]);
      addresses.push_back(one_a_loop.front()->address());
    };
    for (const int fd : options.inherited) add(std::vector(options.loops, adopt_socket(fd)));
    for (const std::string& where : options.listen) add(listen_on(where, options.loops, options.socket_mode));
    for (std::size_t i = 0; i < options.loops; ++i)
      threads.push_back(std::make_unique<server_thread>(state, handlers(i), std::move(sockets[i])));
  }

  /// Runs `work` on every thread, and waits until it ran on all.
  template <class Work>
  void on_each(const Work& work) {
    std::vector<std::future<void>> done;
    for (const auto& each : threads) {
      auto ran = std::make_shared<std::promise<void>>();
      done.push_back(ran->get_future());
      post_or_run(each->box(), [&work, &each, ran] {
        work(*each);
        ran->set_value();
      });
    }
    for (const auto& one : done) one.wait();
  }

  const std::string name;
  server_state state;
  std::vector<std::string> addresses;
  std::vector<std::unique_ptr<server_thread>> threads;
};

server::server(const server_options& options, const handler_factory& handlers, const clock& time)
    : impl_(std::make_unique<impl>(options, handlers, time)) {}

server::~server() {
  stop();
}

std::vector<std::string> server::addresses() const {
  return impl_->addresses;
}

void server::run() {
  for (std::size_t i = 0; i < impl_->threads.size(); ++i)
    impl_->threads[i]->start(fmt::format("{}-{}", impl_->name, i));
}

void server::post(std::size_t loop, std::function<void()> task) {
  post_or_run(impl_->threads[loop]->box(), std::move(task));
}

void server::stop_accepting() {
  impl_->state.closing = true;
  impl_->on_each([](server_thread& each) { each.stop_accepting(); });
}

std::size_t server::drain(std::chrono::milliseconds patience) {
  stop_accepting();
  const auto for_idle = std::min(patience, patience_with_idle);
  impl_->state.wait_until_none(for_idle);
  impl_->on_each([](server_thread& each) { each.drain(); });
  impl_->state.wait_until_none(patience - for_idle);
  std::atomic<std::size_t> unanswered = 0;
  impl_->on_each([&](server_thread& each) { unanswered += each.cut(); });
  return unanswered;
}

void server::stop() {
  for (const auto& each : impl_->threads) {
    each->stop_and_join();
    each->cut();
  }
}

server_numbers server::numbers() const noexcept {
  const server_state& state = impl_->state;
  return {.connections = state.connections.load(std::memory_order_relaxed),
          .connections_limit = state.limit.connections,
          .waiting_bytes = state.waiting_bytes.load(std::memory_order_relaxed),
          .waiting_bytes_limit = state.limit.waiting_bytes,
          .closed_for_room = state.closed_for_room.load(std::memory_order_relaxed),
          .closed_for_memory = state.closed_for_memory.load(std::memory_order_relaxed)};
}

}  // namespace buttond::http
