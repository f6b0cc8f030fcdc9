#pragma once
// Accepts the connections of one listening socket for one loop.
// Owned by the loop, on its thread.

#include "button/http/event_loop.hpp"
#include "button/http/listening_socket.hpp"
#include "button/http/loop_state.hpp"

#include <cstdint>

namespace buttond::http {

class listener final : public watcher {
 public:
  listener(loop_state& loop, listening_socket_ptr socket);
  ~listener() override;
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  void ready(std::uint32_t events) override;

  /// Accepts again after a pause, which the want of descriptors, or a broken socket, makes; called once a
  /// second.
  void resume();

  /// Accepts what has connected already, so that closing the socket resets nobody. Left to the next process
  /// where the socket outlives this one.
  void accept_last();

 private:
  enum class accepted : std::uint8_t {
    one,
    gone,   // it ended before it was accepted
    none,   // nobody waits
    failed  // of no use to try again at once
  };

  void start();
  void pause(int error);
  accepted accept_one();
  void admit(unique_fd socket, std::optional<address_bytes> peer);

  loop_state& loop_;
  listening_socket_ptr socket_;
  bool watching_ = false;
  // How many to try at once: an accept4 that finds nobody makes a socket and throws it away. Twice as many as
  // the last time while they are there.
  int burst_ = 1;
};

}  // namespace buttond::http
