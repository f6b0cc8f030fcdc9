#include "button/http/listener.hpp"

#include "button/http/connection.hpp"

#include <spdlog/spdlog.h>

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

namespace buttond::http {
namespace {

/// So many at once, so that the connections that are there get their turn.
constexpr int accepts_at_once = 64;

/// So many may wait to be accepted, with one that comes meanwhile.
constexpr int most_waiting = SOMAXCONN + 1;

/// Connections over the limit that may be told so at the same time: whoever reads it goes at once. The next
/// ones wait to be accepted, which is tried again after this pause.
constexpr std::size_t most_turned_away = 64;
constexpr std::chrono::milliseconds crowd_pause{10};

/// Whether accept(2) passes on what befell the connection that it was to return.
bool is_of_connection(int error) noexcept {
  switch (error) {
    case ECONNABORTED:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EINTR:
    case ENETDOWN:
    case ENETUNREACH:
    case ENONET:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case EPERM:  // a firewall's rule
    case EPROTO:
      return true;
    default:
      return false;
  }
}

/// From now on nobody new is let in: what knocks is dropped, knocks again a second later, and finds the port
/// closed. Else the kernel would let in who comes between the last accept and the close, and cut him off with
/// what he asked. Source: socket(7), SO_ATTACH_FILTER.
void hear_nobody(int socket) noexcept {
  sock_filter drop_all = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{1, &drop_all};
  ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

bool is_want_of_resources(int error) noexcept {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

listener::listener(loop_state& loop, listening_socket_ptr socket) : loop_(loop), socket_(std::move(socket)) {
  start();
}

listener::~listener() {
  if (watching_) loop_.events.forget(socket_->fd());
}

void listener::start() {
  const bool alone = socket_->is() == listening_socket::kind::own;
  watching_ = loop_.events.watch(socket_->fd(), alone ? EPOLLIN : EPOLLIN | EPOLLEXCLUSIVE, *this);
}

void listener::resume() {
  if (waiting_ && !admit(*waiting_)) return;
  waiting_.reset();
  if (!watching_) start();
}

void listener::pause() {
  // Level-triggered and never accepted, it would be reported again at once.
  loop_.events.forget(socket_->fd());
  watching_ = false;
}

void listener::try_again_soon() {
  loop_.events.call_after(crowd_pause, [this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    resume();
    if (waiting_) try_again_soon();
  });
}

void listener::say_why(int error) {
  if (const auto more = loop_.failures.due(loop_.server.time.monotonic()))
    spdlog::error("no connection can be accepted on {}: {}; {}{}", socket_->address(), std::strerror(error),
                  is_want_of_resources(error)
                      ? "raise the limit of open files (LimitNOFILE), or lower --max-connections"
                      : "restart buttond",
                  and_more(*more));
}

void listener::ready(std::uint32_t) {
  for (int i = 0; i < burst_; ++i) {
    const accepted outcome = accept_one();
    if (outcome == accepted::one || outcome == accepted::gone) continue;
    if (outcome == accepted::failed) {
      const int error = errno;
      pause();
      say_why(error);
    } else if (outcome == accepted::crowd) {
      pause();
      try_again_soon();
    }
    burst_ = 1;
    return;
  }
  // What is left is reported again.
  burst_ = std::min(burst_ * 2, accepts_at_once);
}

void listener::accept_last() {
  if (waiting_) admit(*waiting_);
  waiting_.reset();
  if (socket_->is() == listening_socket::kind::inherited) return;
  hear_nobody(socket_->fd());
  for (int left = most_waiting; left > 0; --left) {
    const accepted outcome = accept_one();
    if (outcome == accepted::none || outcome == accepted::failed) return;
    waiting_.reset();  // of a crowd there is no time to tell each
  }
}

listener::accepted listener::accept_one() {
  const bool needs_peer = !loop_.server.trusted_proxies.empty() && !loop_.server.proxy_protocol;
  sockaddr_storage peer{};
  socklen_t length = sizeof(peer);
  unique_fd socket(::accept4(socket_->fd(), needs_peer ? reinterpret_cast<sockaddr*>(&peer) : nullptr,
                             needs_peer ? &length : nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) {
    if (errno == EAGAIN) return accepted::none;
    return is_of_connection(errno) ? accepted::gone : accepted::failed;
  }
  arrival who{std::move(socket), needs_peer ? address_of(peer) : std::nullopt};
  if (admit(who)) return accepted::one;
  waiting_ = std::move(who);
  return accepted::crowd;
}

/// False where he is to wait: there is no place, and as many as may are being told so.
bool listener::admit(arrival& who) {
  if (loop_.server.admit() || loop_.make_room()) {
    connection::serve(loop_, std::move(who.socket), who.peer, connection::admission::counted);
    return true;
  }
  if (loop_.turned_away >= most_turned_away) return false;
  if (const auto more = loop_.failures.due(loop_.server.time.monotonic()))
    spdlog::warn("more than {} connections ({}); one was turned away{}", loop_.server.limit.connections,
                 loop_.server.limit.connections_set_by, and_more(*more));
  ++loop_.turned_away;
  connection::serve(loop_, std::move(who.socket), who.peer, connection::admission::turned_away);
  return true;
}

}  // namespace buttond::http
