// The parts of a connection that rarely run: each has a frame of its own, for as long as it runs.
#include "button/http/connection.hpp"
#include "button/http/deferral.hpp"
#include "button/http/proxy_protocol.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace buttond::http {
namespace {

/// After the last answer of a connection that we close: so long, and for so much, is what still arrives read
/// and thrown away, because closing with unread input sends a reset, and a reset can overtake the answer.
constexpr std::chrono::seconds linger_time{2};
constexpr std::size_t linger_bytes = std::size_t{1024} * 1024;

}  // namespace

/// False where there is none, or not in time.
task<bool> connection::read_proxy_header() {
  set_deadline(phase::idle, received_ + loop_.server.limit.header_timeout);
  for (;;) {
    const wake_up why = co_await readable();
    if (why != wake_up::ready) co_return false;
    const std::ptrdiff_t count = receive();
    if (count == 0) co_return false;
    if (count < 0) continue;
    received_ = loop_.server.time.monotonic();
    unread_.append(loop_.input.get(), static_cast<std::size_t>(count));
    const proxy_header header = parse_proxy_header(unread_);
    if (header.is == proxy_header::state::bad) co_return false;
    if (header.is == proxy_header::state::incomplete) {
      if (!may_go_on()) co_return false;
      continue;
    }
    keep(std::string_view(unread_).substr(header.size));
    peer_ = header.client;
    peer_trusted_ = peer_ && is_in(loop_.server.trusted_proxies, *peer_);
    become_idle();
    co_return true;
  }
}

task<connection::step> connection::write_rest() {
  const phase before = phase_;
  const monotonic_time deadline = deadline_;
  std::size_t sent = 0;
  while (sent < unsent_.size()) {
    set_deadline(phase::writing, loop_.server.time.monotonic() + loop_.server.limit.write_timeout);
    const wake_up why = co_await writable();
    if (why != wake_up::ready || given_up_) co_return step::close;
    const ssize_t count = ::send(socket_.get(), unsent_.data() + sent, unsent_.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) co_return step::close;
    if (count > 0) sent += static_cast<std::size_t>(count);
    writable_ = false;
  }
  writable_ = true;
  std::string().swap(unsent_);
  received_ = loop_.server.time.monotonic();
  set_deadline(before, before == phase::idle ? received_ + loop_.server.limit.idle_timeout : deadline);
  co_return after_write_;
}

task<connection::step> connection::wait_for_answer() {
  const std::unique_ptr<deferral> waited_for = std::move(deferred_);
  struct guard {
    std::shared_ptr<ticket> held;
    ~guard() { held->who = nullptr; }
  };
  const guard waiting{std::make_shared<ticket>(loop_.events.box(), *this)};
  deferred_answer& answer = *waited_for->answer;
  phase_ = phase::writing;
  answer.start([held = waiting.held] { held->wake(); });
  waiting.held->starting = false;
  if (!waiting.held->needless) {
    loop_.events.call_after(answer.patience(), [held = waiting.held] { held->use(); });
    co_await wait_until{*this, waiting_for::answer};
  }
  loop_.answer.clear();
  loop_.answer.route = waited_for->route;
  answer.finish(loop_.answer);
  phase_ = phase::idle;
  received_ = loop_.server.time.monotonic();  // what is in unread_ is looked at only now
  const step next = append_answer(waited_for->form, false, waited_for->since);
  if (next == step::wait) co_return step::answer;
  const step ended = next == step::close && !unread_.empty() ? step::linger : next;
  keep({});
  co_return send_output(ended);
}

/// Whoever sends many requests at once does not keep the others waiting until all of his are answered.
task<connection::step> connection::let_others() {
  watches_room_ = true;
  // That there is room is reported again, after what has become ready meanwhile.
  if (loop_.events.rewatch(socket_.get(), watched_events | EPOLLOUT, *this)) {
    writable_ = false;
    const phase before = phase_;
    set_deadline(phase::writing, loop_.server.time.monotonic() + loop_.server.limit.write_timeout);
    if (co_await writable() != wake_up::ready) co_return step::close;
    phase_ = before;
  }
  co_return step::answer;
}

task<connection::step> connection::linger() {
  keep({});
  ::shutdown(socket_.get(), SHUT_WR);
  set_deadline(phase::lingering, loop_.server.time.monotonic() + linger_time);
  for (std::size_t read = 0; read < linger_bytes;) {
    const wake_up why = co_await readable();
    if (why != wake_up::ready) break;
    const std::ptrdiff_t count = receive();
    if (count == 0) break;
    if (count > 0) read += static_cast<std::size_t>(count);
  }
  co_return step::close;
}

}  // namespace buttond::http
