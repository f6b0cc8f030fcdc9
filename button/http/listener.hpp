#pragma once
// Accepts the connections of one listening socket for one loop.
// Owned by the loop, on its thread.

#include "button/http/event_loop.hpp"
#include "button/http/listening_socket.hpp"
#include "button/http/loop_state.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace buttond::http {

class listener final : public watcher {
 public:
  listener(loop_state& loop, listening_socket_ptr socket);
  ~listener() override;
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  void ready(std::uint32_t events) override;

  /// Accepts again after a pause, which the want of descriptors, a broken socket or a crowd makes; called
  /// once a second.
  void resume();

  /// Accepts what has connected already, so that closing the socket resets nobody. Left to the next process
  /// where the socket outlives this one.
  void accept_last();

 private:
  enum class accepted : std::uint8_t {
    one,
    gone,   // it ended before it was accepted
    none,   // nobody waits
    crowd,  // it waits until others have been told that there are too many
    failed  // of no use to try again at once
  };
  struct arrival {
    unique_fd socket;
    std::optional<address_bytes> peer;
  };

  void start();
  void pause();
  void say_why(int error);
  accepted accept_one();
  bool admit(arrival& who);
  void try_again_soon();

  loop_state& loop_;
  listening_socket_ptr socket_;
  bool watching_ = false;
  std::optional<arrival> waiting_;  // the first of a crowd, while nobody else is accepted
  std::shared_ptr<void> alive_ = std::make_shared<int>();  // for what is called later
  // How many to try at once: an accept4 that finds nobody makes a socket and throws it away. Twice as many as
  // the last time while they are there.
  int burst_ = 1;
};

}  // namespace buttond::http
