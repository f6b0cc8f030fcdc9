#pragma once
// What the connections of one event loop share. Owned by its server_thread.

#include "button/http/event_loop.hpp"
#include "button/http/forwarded.hpp"
#include "button/http/request_handler.hpp"
#include "button/http/response_writer.hpp"
#include "button/http/server_state.hpp"
#include "common/clock.hpp"
#include "common/log_limit.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace buttond::http {

class connection;
using connection_hook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// An answer that is in `output`: what its handler is told once it went to the socket.
struct written_answer {
  std::uint16_t status;
  std::uint8_t route;
  monotonic_time since;  // the read that completed its request
};

/// The loop's thread only. All from `input` on is scratch: whoever runs may use it until he suspends, and
/// leaves `output` and `answers` empty then.
struct loop_state {
  using connection_list = boost::intrusive::list<connection, boost::intrusive::base_hook<connection_hook>,
                                                 boost::intrusive::constant_time_size<false>>;
  static constexpr std::size_t input_bytes = std::size_t{64} * 1024;

  loop_state(server_state& of, event_loop& runs_on, request_handler& answers_with);
  ~loop_state();
  loop_state(const loop_state&) = delete;
  loop_state& operator=(const loop_state&) = delete;

  /// Closes the connection that is idle longest, so that another can have its place among
  /// server_state::connections; where none is idle, one that has got no further for a second. False where
  /// there is none among those that were answered longest ago.
  bool make_room();

  void discard_output() noexcept {
    output.clear();
    answers.clear();
  }

  /// What a connection keeps is `more` bytes more (or less, by a number that wraps around).
  void keeps(std::size_t more) noexcept {
    waiting_bytes += more;
    server.waiting_bytes.fetch_add(more, std::memory_order_relaxed);
  }

  /// Where all connections keep more than they may, and this loop's more than its part of it: closes those of
  /// the peer that keeps the most, then of the next, until there is room again.
  void make_memory();

  server_state& server;
  event_loop& events;
  request_handler& handler;
  connection_list connections;    // those that were answered longest ago first, to the second
  std::size_t waiting_bytes = 0;  // what they keep
  std::size_t turned_away = 0;    // connections over the limit that are being told so
  date_line date;
  log_limiter failures;

  std::unique_ptr<char[]> input{new char[input_bytes]};
  std::string output;
  request asked;
  forwarded_lines forwarded;
  response answer;
  std::vector<written_answer> answers;
};

}  // namespace buttond::http
