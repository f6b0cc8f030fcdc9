#pragma once
// The HTTP engine: N event loops, each with its own SO_REUSEPORT acceptors, connections and request_handler,
// on a thread of its own. The loops share nothing. Asio stays behind this header.
//
// Life: construct (binds and listens; throws startup_error) -> run() -> stop_accepting() -> drain() ->
// stop().

#include "button/http/limits.hpp"
#include "button/http/request_handler.hpp"
#include "button/http/server_numbers.hpp"
#include "common/clock.hpp"
#include "common/network.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace buttond::http {

struct server_options {
  std::string name;                 // of the threads, for the log: "loop", "admin"
  std::vector<std::string> listen;  // "ADDR:PORT", "[ADDR]:PORT", "unix:PATH"
  std::vector<int> inherited;       // listening sockets handed in (socket activation); owned from here on
  // Of Unix sockets. A proxy that connects is mostly another user; the directory's mode keeps out who is to
  // be.
  mode_t socket_mode = 0666;
  std::size_t loops = 1;
  bool proxy_protocol = false;           // every connection begins with a PROXY v1 or v2 header
  std::vector<network> trusted_proxies;  // whose X-Forwarded-For is believed, read from the right
  limits limit;
};

class server {
 public:
  using handler_factory = std::function<std::unique_ptr<request_handler>(std::size_t loop)>;

  /// Binds and listens, so that a port in use stops the start with a clear line. Port 0 takes a free one.
  server(const server_options& options, const handler_factory& handlers, const clock& time);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Where it listens, as "ADDR:PORT" with the real port, or "unix:PATH".
  std::vector<std::string> addresses() const;

  /// Starts a thread for each loop and returns.
  void run();

  /// Runs `task` soon on the loop's thread; on the caller's where the loop is not running. From any thread.
  void post(std::size_t loop, std::function<void()> task);

  /// Closes the acceptors; what is connected goes on, and is answered with `Connection: close` from here on.
  void stop_accepting();

  /// Waits until all connections are answered, or `patience` is over, and closes those that have not asked
  /// anything for a second by then. Returns how many connections were cut.
  std::size_t drain(std::chrono::milliseconds patience);

  /// Ends the loops and joins their threads.
  void stop();

  /// From any thread.
  server_numbers numbers() const noexcept;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond::http
