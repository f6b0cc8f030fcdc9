#pragma once
// One connection: a coroutine that waits until its socket is readable, reads once into the loop's buffer,
// answers every complete request in it with one write, and waits again. While it waits it holds no buffer;
// only the beginning of a request that is not complete yet, or output that a slow reader did not take, is
// kept in memory of its own.
// Owned by its coroutine, whose frame it lives in; every function on the loop's thread.

#include "button/http/event_loop.hpp"
#include "button/http/loop_state.hpp"
#include "button/http/request_handler.hpp"
#include "button/http/request_parser.hpp"
#include "button/http/response_writer.hpp"
#include "button/http/task.hpp"
#include "common/clock.hpp"
#include "common/network.hpp"
#include "common/unique_fd.hpp"

#include <sys/epoll.h>

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace buttond::http {

class connection final : public watcher, public connection_hook {
 public:
  enum class admission : std::uint8_t {
    counted,      // one of server_state::connections, already added to it
    turned_away,  // one too many: 503 and close; one of loop_state::turned_away, already added to it
    replaced      // was counted; another one has its place now
  };

  /// Whether another connection may have its place.
  enum class quiet : std::uint8_t {
    no,
    stalled,  // its request does not come on, or its answer is not taken, since a second or more
    idle
  };

  /// Serves `socket`, which must not block, until it is closed. `peer` where the address is to be told to
  /// the handler or may be a proxy's.
  static detached serve(loop_state& loop, unique_fd socket, std::optional<address_bytes> peer,
                        admission admitted);

  connection(loop_state& loop, unique_fd socket, std::optional<address_bytes> peer, admission admitted);
  ~connection() override;
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void ready(std::uint32_t events) override;

  // The three that the loop calls may each destroy the connection.

  /// Acts on what took too long.
  void sweep(monotonic_time now);

  /// Closes it if it is idle and no request has arrived.
  void drain();

  /// Closes it as it stands. Returns whether somebody was still to be answered.
  bool cut();

  quiet how_quiet(monotonic_time now) const noexcept;

  /// Whether it was answered since this was asked last.
  bool was_answered() noexcept { return std::exchange(answered_lately_, false); }

  /// What it keeps in memory while it waits.
  std::size_t kept_bytes() const noexcept { return kept_bytes_; }

  /// Who is at the other end: the reader as far as he is known, else who connected; zeros for a Unix socket.
  /// An IPv6 address is that of its /64.
  address_bytes peer_address() const noexcept;

  /// Gives back its memory at once; it ends as soon as it is its turn.
  void give_up() noexcept;

  /// The same, and another connection is counted in its place.
  void give_place() noexcept;

 private:
  static constexpr std::uint32_t watched_events = EPOLLIN | EPOLLRDHUP | EPOLLET;

  /// What to do next.
  enum class step : std::uint8_t {
    wait,    // for input
    answer,  // go on with unread_
    write,   // unsent_, then after_write_
    defer,   // wait for deferred_, then answer
    yield,   // let the others have their turn, then answer
    linger,  // close, but let the reader get what was sent
    close
  };
  enum class waiting_for : std::uint8_t { nothing, input, room, answer };
  enum class wake_up : std::uint8_t { ready, timeout, drain };
  enum class phase : std::uint8_t { idle, receiving, writing, lingering };

  struct deferral;
  struct ticket;

  struct wait_until {
    connection& who;
    waiting_for what;

    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<> handle) const noexcept {
      who.waiting_ = handle;
      who.waiting_for_ = what;
    }
    wake_up await_resume() const noexcept { return std::exchange(who.woken_by_, wake_up::ready); }
  };

  wait_until readable() noexcept { return {*this, waiting_for::input}; }
  wait_until writable() noexcept;
  void resume(wake_up why);

  std::ptrdiff_t receive() noexcept;
  step read_and_answer();
  step answer_unread();
  step answer_input(std::string_view input);
  step answer_request(const parsed& outcome);
  step append_answer(answer_form form, bool must_close, monotonic_time since);
  step refuse(std::uint16_t status, std::string_view reason, bool head);
  bool takes_body_of_asked();
  void describe_reader();
  void expect_more(const parsed& outcome, std::size_t have);
  step timed_out();
  step send_output(step next);
  void keep(std::string_view rest);
  bool may_go_on();
  void become_idle() noexcept;
  void set_deadline(phase now, monotonic_time when) noexcept;

  task<bool> read_proxy_header();
  task<step> write_rest();
  task<step> wait_for_answer();
  task<step> linger();
  task<step> let_others();

  loop_state& loop_;
  unique_fd socket_;
  admission admission_;
  bool readable_ = false;
  bool writable_ = true;
  bool watches_room_ = false;
  bool peer_shut_ = false;  // half or wholly closed: read until the end
  bool peer_trusted_ = false;
  bool answered_lately_ = false;
  bool given_up_ = false;
  bool continued_ = false;  // "100 Continue" was sent for the request in unread_
  waiting_for waiting_for_ = waiting_for::nothing;
  wake_up woken_by_ = wake_up::ready;
  phase phase_ = phase::idle;
  step after_write_ = step::wait;
  std::coroutine_handle<> frame_;
  std::coroutine_handle<> waiting_;
  monotonic_time deadline_;
  monotonic_time connected_;
  monotonic_time received_;  // lately
  std::optional<address_bytes> peer_;
  std::string unread_;         // input that is not answered yet
  std::size_t looked_at_ = 0;  // how much of unread_ was parsed in vain
  std::size_t needed_ = 0;     // how much unread_ must be at least, a body with it; 0 where that is not known
  std::size_t skip_ = 0;       // how much is still to come of a body that was refused
  std::string unsent_;
  std::size_t kept_bytes_ = 0;  // by unread_ and unsent_, as loop_ was told
  std::unique_ptr<deferral> deferred_;
};

}  // namespace buttond::http
