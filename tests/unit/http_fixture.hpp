#pragma once
// An HTTP server in this process with a small handler, and a client that speaks raw bytes, for the tests of
// the engine.

#include "button/http/server.hpp"
#include "common/clock.hpp"
#include "common/unique_fd.hpp"
#include "tests/unit/still_clock.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace buttond::http::testing {

/// Answers each path with what it asks for:
///   /echo   what was understood of the request, a line each
///   /large  `large_bytes` of 'x'
///   /wait   deferred until release() or for 20 s; /soon: until another thread woke it; /never: 50 ms;
///           /at-once: not at all
///   /throw  fails
///   else    "hello"
class test_handler final : public request_handler {
 public:
  /// Shared by the handlers of all loops and the test. Thread-safe.
  struct shared {
    std::size_t large_bytes = 8 * 1024 * 1024;
    std::atomic<std::size_t> handled{0};
    std::atomic<std::size_t> answered{0};
    std::atomic<std::size_t> waiting{0};
    std::atomic<std::int64_t> longest_ns{0};

    void release();
    void add_waiter(std::function<void()> wake);

   private:
    std::mutex mutex_;
    std::vector<std::function<void()>> waiters_;
  };

  explicit test_handler(std::shared_ptr<shared> with) : shared_(std::move(with)) {}

  std::shared_ptr<deferred_answer> handle(const request& in, response& out) override;
  bool takes_body(const request& head, response& out) override;
  void refuse(std::uint16_t status, std::string_view reason, response& out) override;
  void answered(std::uint16_t status, std::uint8_t route, std::chrono::nanoseconds taken) noexcept override;

 private:
  std::shared_ptr<shared> shared_;
};

/// A running server on a free port of 127.0.0.1, unless the options say otherwise.
class test_server {
 public:
  explicit test_server(server_options options = {}, const clock& time = default_clock());
  ~test_server();

  server& operator*() noexcept { return *server_; }
  server* operator->() noexcept { return server_.get(); }
  /// Returns once the first loop has done what it was at.
  void settle();

  test_handler::shared& handler() noexcept { return *shared_; }

 private:
  static const clock& default_clock();

  std::shared_ptr<test_handler::shared> shared_ = std::make_shared<test_handler::shared>();
  std::unique_ptr<server> server_;
};

/// A blocking client; every wait ends after 10 s, with what was there until then.
class test_client {
 public:
  /// `address` as server::addresses() says it.
  explicit test_client(const std::string& address);

  int fd() const noexcept { return socket_.get(); }

  /// False where the peer has closed.
  bool send(std::string_view bytes);
  void shut_down_sending();
  /// Closes with a reset.
  void reset();

  /// One answer: header and body; empty at the end. `head`: it has no body.
  std::string receive(bool head = false);
  /// All until the peer closes.
  std::string receive_all();
  /// True when the peer has closed in an orderly way, within `patience`.
  bool is_closed(std::chrono::milliseconds patience = std::chrono::seconds{10});

 private:
  bool read_more();

  unique_fd socket_;
  std::string input_;
};

/// Sends `bytes` on a connection of its own, in one piece, and returns all that is answered.
std::string talk(test_server& to, std::string_view bytes);

/// Of an answer.
int status_of(std::string_view answer);
std::string_view body_of(std::string_view answer);
std::size_t count_of(std::string_view text, std::string_view part);

/// Waits for what another thread brings about, for 10 s at most. Returns whether it came.
bool eventually(const std::function<bool()>& condition);

}  // namespace buttond::http::testing
