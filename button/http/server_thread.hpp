#pragma once
// One thread of the server: its events, its listeners, its connections, its request_handler.
// Owned by the server. start(), stop_and_join() and the constructor are called by the server's owner; box()
// from any thread; everything else on this thread, or where it does not run.

#include "button/http/event_loop.hpp"
#include "button/http/listener.hpp"
#include "button/http/listening_socket.hpp"
#include "button/http/loop_state.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace buttond::http {

class server_thread {
 public:
  server_thread(server_state& server, std::unique_ptr<request_handler> handler,
                std::vector<listening_socket_ptr> sockets);
  ~server_thread();
  server_thread(const server_thread&) = delete;
  server_thread& operator=(const server_thread&) = delete;

  /// Runs the loop on a thread of that name.
  void start(const std::string& name);

  /// Ends the loop, and joins its thread. Twice is once.
  void stop_and_join();

  mailbox& box() const noexcept { return *events_.box(); }

  void stop_accepting();

  /// Closes the connections that are idle.
  void drain();

  /// Closes all. Returns how many of them were still to be answered.
  std::size_t cut();

 private:
  void tick();

  std::unique_ptr<request_handler> handler_;
  event_loop events_;
  loop_state state_;
  std::vector<listening_socket_ptr> sockets_;
  std::vector<std::unique_ptr<listener>> listeners_;
  std::thread thread_;
};

}  // namespace buttond::http
