#include "button/http/connection.hpp"

#include "button/http/deferral.hpp"

#include <spdlog/spdlog.h>

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <functional>
#include <utility>

namespace buttond::http {
namespace {

/// Where a write is made, and the others have their turn, before more is answered: pipelining cannot pile up
/// output.
constexpr std::size_t output_bound = std::size_t{64} * 1024;

/// Head and body together.
constexpr std::size_t small_request = 4096;

/// A header that grows without a line end is looked at again after so many bytes.
constexpr std::size_t look_again_after = 4096;

/// By std::less, which unlike `<` also orders pointers into different arrays.
bool is_part_of(std::string_view part, std::string_view whole) noexcept {
  const std::less<> before;
  return !before(part.data(), whole.data()) && before(part.data(), whole.data() + whole.size());
}

}  // namespace

connection::connection(loop_state& loop, unique_fd socket, std::optional<address_bytes> peer,
                       admission admitted)
    : loop_(loop), socket_(std::move(socket)), admission_(admitted), peer_(peer) {
  const auto& trusted = loop_.server.trusted_proxies;
  // Who connects to a Unix socket has no address; a local proxy is the only one that does.
  peer_trusted_ = !trusted.empty() && !loop_.server.proxy_protocol && (!peer_ || is_in(trusted, *peer_));
  loop_.connections.push_back(*this);
  connected_ = received_ = loop_.server.time.monotonic();
  become_idle();
}

connection::~connection() {
  loop_.keeps(std::size_t{0} - kept_bytes_);
  if (admission_ == admission::counted) loop_.server.release();
  if (admission_ == admission::turned_away) --loop_.turned_away;
}

detached connection::serve(loop_state& loop, unique_fd socket, std::optional<address_bytes> peer,
                           admission admitted) {
  connection self(loop, std::move(socket), peer, admitted);
  self.frame_ = co_await own_handle{};
  try {
    if (!loop.events.watch(self.socket_.get(), watched_events, self)) co_return;
    step next = step::wait;
    if (admitted == admission::turned_away) {
      next = self.send_output(self.refuse(503, "too many connections; try again", false));
    } else if (loop.server.proxy_protocol) {
      const bool known = co_await self.read_proxy_header();
      next = known ? step::answer : step::close;
    }
    while (next != step::close && self.may_go_on()) {
      switch (next) {
        case step::wait: {
          const wake_up why = co_await self.readable();
          if (why == wake_up::timeout) {
            next = self.timed_out();
          } else {
            next = self.read_and_answer();
            if (why == wake_up::drain && next == step::wait && self.unread_.empty()) next = step::close;
          }
          break;
        }
        case step::answer:
          next = self.answer_unread();
          break;
        case step::write:
          next = co_await self.write_rest();
          break;
        case step::defer:
          next = co_await self.wait_for_answer();
          break;
        case step::linger:
          next = co_await self.linger();
          break;
        case step::yield:
          next = co_await self.let_others();
          break;
        case step::close:
          break;
      }
    }
  } catch (const std::exception& failure) {
    loop.discard_output();
    if (const auto more = loop.failures.due(loop.server.time.monotonic()))
      spdlog::error("a connection was closed because its request failed: {}{}", failure.what(),
                    and_more(*more));
  }
}

void connection::ready(std::uint32_t events) {
  constexpr std::uint32_t gone = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((events & (EPOLLIN | gone)) != 0) readable_ = true;
  if ((events & gone) != 0) peer_shut_ = true;
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) writable_ = true;
  if ((waiting_for_ == waiting_for::input && readable_) || (waiting_for_ == waiting_for::room && writable_))
    resume(wake_up::ready);
}

void connection::sweep(monotonic_time now) {
  if (now >= deadline_ && (waiting_for_ == waiting_for::input || waiting_for_ == waiting_for::room))
    resume(wake_up::timeout);
}

void connection::drain() {
  if (waiting_for_ == waiting_for::input && phase_ == phase::idle) resume(wake_up::drain);
}

bool connection::cut() {
  const bool unanswered = phase_ != phase::lingering && phase_ != phase::idle;
  frame_.destroy();
  return unanswered;
}

bool connection::wait_until::await_ready() const noexcept {
  return what == waiting_for::input ? who.readable_ : what == waiting_for::room && who.writable_;
}

connection::wait_until connection::writable() noexcept {
  if (!watches_room_) {
    watches_room_ = true;
    loop_.events.rewatch(socket_.get(), watched_events | EPOLLOUT, *this);
  }
  return {*this, waiting_for::room};
}

void connection::resume(wake_up why) {
  woken_by_ = why;
  waiting_for_ = waiting_for::nothing;
  std::exchange(waiting_, nullptr).resume();
}

/// Reads once into loop_.input: how many bytes, 0 at the end of the input or after an error, -1 for nothing
/// yet.
std::ptrdiff_t connection::receive() noexcept {
  readable_ = peer_shut_;
  const ssize_t count = ::recv(socket_.get(), loop_.input.get(), loop_state::input_bytes, 0);
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) return 0;
    readable_ = false;
    return -1;
  }
  // There may be more, and it would not be reported: have it reported, after those who wait already.
  if (static_cast<std::size_t>(count) == loop_state::input_bytes)
    loop_.events.rewatch(socket_.get(), watched_events | (watches_room_ ? EPOLLOUT : 0U), *this);
  return count;
}

connection::step connection::read_and_answer() {
  const std::ptrdiff_t count = receive();
  if (count == 0) return step::close;
  if (count < 0) return step::wait;
  received_ = loop_.server.time.monotonic();
  std::string_view input(loop_.input.get(), static_cast<std::size_t>(count));
  if (skip_ > 0) {
    const std::size_t skipped = std::min(skip_, input.size());
    skip_ -= skipped;
    input.remove_prefix(skipped);
    if (skip_ == 0) become_idle();
    if (input.empty()) return step::wait;
  }
  if (unread_.empty()) return answer_input(input);
  unread_.append(input);
  if (unread_.size() < needed_) return step::wait;
  const bool worth_it = needed_ > 0 || input.find('\n') != std::string_view::npos ||
                        unread_.size() - looked_at_ >= look_again_after;
  return worth_it ? answer_unread() : step::wait;
}

connection::step connection::answer_unread() {
  return answer_input(unread_);
}

/// Answers the complete requests of `input`, which is loop_.input or unread_, and keeps what remains of it.
connection::step connection::answer_input(std::string_view input) {
  step next = step::wait;
  std::size_t at = 0;
  while (next == step::wait && at < input.size()) {
    if (loop_.answers.size() >= loop_.server.limit.pipeline || loop_.output.size() >= output_bound) {
      next = step::yield;
      break;
    }
    const parsed outcome = parse_request(input.substr(at), loop_.server.limit, loop_.asked, loop_.forwarded);
    if (outcome.is == parsed::state::incomplete) {
      // Who waits for "100 Continue" may send the body after a refusal, or may not, so that one costs the
      // connection: a small body is taken instead.
      const bool is_cheap = outcome.expects_continue && outcome.size <= small_request;
      if (outcome.size > 0 && !is_cheap && !takes_body_of_asked()) {
        next = append_answer({loop_.asked.http11, loop_.asked.keep_alive, false}, outcome.expects_continue,
                             received_);
        skip_ = at + outcome.size - input.size();
        at = input.size();
        set_deadline(phase::receiving, received_ + loop_.server.limit.header_timeout);
      } else {
        expect_more(outcome, input.size() - at);
      }
      break;
    }
    phase_ = phase::idle;
    continued_ = false;
    needed_ = 0;
    if (outcome.is == parsed::state::refused) {
      next = refuse(outcome.status, outcome.reason, loop_.asked.verb == method::head);
    } else {
      at += outcome.size;
      next = answer_request(outcome);
      if (next == step::close && at < input.size()) next = step::linger;
    }
  }
  keep(next == step::close || next == step::linger ? std::string_view() : input.substr(at));
  if (unread_.empty() && skip_ == 0) become_idle();
  return send_output(next);
}

/// Asks the handler, once for a request, whether the body is worth waiting for; else loop_.answer says why
/// not.
bool connection::takes_body_of_asked() {
  if (needed_ != 0) return true;
  describe_reader();
  loop_.answer.clear();
  return loop_.handler.takes_body(loop_.asked, loop_.answer);
}

void connection::expect_more(const parsed& outcome, std::size_t have) {
  if (phase_ != phase::receiving)
    set_deadline(phase::receiving, received_ + loop_.server.limit.header_timeout);
  looked_at_ = have;
  needed_ = outcome.size;
  if (!outcome.expects_continue || continued_) return;
  continued_ = true;
  loop_.output.append("HTTP/1.1 100 Continue\r\n\r\n");
}

/// Says in loop_.asked what the connection knows.
void connection::describe_reader() {
  request& in = loop_.asked;
  in.received = received_;
  in.client = peer_trusted_ ? forwarded_client(loop_.forwarded, loop_.server.trusted_proxies) : peer_;
}

connection::step connection::answer_request(const parsed& outcome) {
  describe_reader();
  const request& in = loop_.asked;
  const answer_form form{in.http11, in.keep_alive, in.verb == method::head};
  loop_.answer.clear();
  if (auto later = loop_.handler.handle(in, loop_.answer)) {
    deferred_ = std::make_unique<deferral>(deferral{std::move(later), form, received_, loop_.answer.route});
    return step::defer;
  }
  return append_answer(form, outcome.unread_body, received_);
}

/// Appends loop_.answer to the output.
connection::step connection::append_answer(answer_form form, bool must_close, monotonic_time since) {
  answered_lately_ = true;
  must_close |= loop_.answer.close || loop_.server.closing.load(std::memory_order_relaxed);
  const bool client_closes = !form.keep_alive;
  form.keep_alive &= !must_close;
  append_response(loop_.output, loop_.answer, form, loop_.date);
  loop_.answers.push_back({loop_.answer.status, loop_.answer.route, since});
  if (form.keep_alive) return step::wait;
  // A client that asked for the end sends nothing more that a plain close could answer with a reset.
  return client_closes && !must_close ? step::close : step::linger;
}

connection::step connection::refuse(std::uint16_t status, std::string_view reason, bool head) {
  loop_.answer.clear();
  loop_.handler.refuse(status, reason, loop_.answer);
  return append_answer({true, false, head}, true, received_);
}

connection::step connection::timed_out() {
  if (phase_ != phase::receiving || skip_ > 0) return step::close;
  keep({});
  received_ = loop_.server.time.monotonic();
  return send_output(refuse(408, "the request did not arrive in time", false));
}

/// Writes the output; then `next`, where all of it was taken.
connection::step connection::send_output(step next) {
  if (loop_.output.empty()) return next;
  const ssize_t count = ::send(socket_.get(), loop_.output.data(), loop_.output.size(), MSG_NOSIGNAL);
  const bool failed = count < 0 && errno != EAGAIN && errno != EINTR;
  if (!failed) {
    const monotonic_time now = loop_.server.time.monotonic();
    for (const written_answer& written : loop_.answers)
      loop_.handler.answered(written.status, written.route, now - written.since);
    const std::size_t taken = count > 0 ? static_cast<std::size_t>(count) : 0;
    if (taken < loop_.output.size()) {
      unsent_.assign(loop_.output, taken);
      after_write_ = next;
      writable_ = false;
      next = step::write;
    }
  }
  loop_.discard_output();
  return failed ? step::close : next;
}

/// Makes `rest`, which is a part of loop_.input or the end of unread_, the contents of unread_.
void connection::keep(std::string_view rest) {
  if (rest.empty()) {
    if (!unread_.empty()) std::string().swap(unread_);
  } else if (is_part_of(rest, unread_)) {
    unread_.erase(0, unread_.size() - rest.size());
  } else {
    unread_.assign(rest);
  }
}

void connection::become_idle() noexcept {
  set_deadline(phase::idle, received_ + loop_.server.limit.idle_timeout);
}

void connection::set_deadline(phase now, monotonic_time when) noexcept {
  phase_ = now;
  deadline_ = when;
}

}  // namespace buttond::http
