#pragma once
// Between http/ and the rest of the server. A handler never sees a socket; the connection never sees a link.

#include "button/http/request.hpp"
#include "button/http/response.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace buttond::http {

/// An answer that must wait for something. It owns copies of whatever it needs of its request.
class deferred_answer {
 public:
  virtual ~deferred_answer() = default;

  /// Called once, on the loop's thread. `wake` must be called at most once, from any thread, when finish()
  /// may run; it must not be called after this object is gone unless it is a no-op then (the connection sees
  /// to that).
  virtual void start(std::function<void()> wake) = 0;

  /// How long to wait for `wake` at most; then finish() is called all the same.
  virtual std::chrono::milliseconds patience() const noexcept = 0;

  /// Answers, on the loop's thread.
  virtual void finish(response& out) = 0;
};

/// One a loop; every function is called on the loop's thread.
class request_handler {
 public:
  virtual ~request_handler() = default;

  /// Answers `in` into `out` and returns nothing, or returns what to wait for.
  virtual std::shared_ptr<deferred_answer> handle(const request& in, response& out) = 0;

  /// Whether the body of `head`, a request that is not whole yet, is worth waiting for; else `out` is the
  /// answer, and the body is thrown away.
  virtual bool takes_body(const request& head, response& out) = 0;

  /// Fills `out` for a request that the engine refused itself, with a status that has a refusal_of.
  virtual void refuse(std::uint16_t status, std::string_view reason, response& out) = 0;

  /// An answer went to the socket, with the `status` and the `route` of its response; `taken` is from the
  /// read that completed the request to here.
  virtual void answered(std::uint16_t status, std::uint8_t route,
                        std::chrono::nanoseconds taken) noexcept = 0;
};

}  // namespace buttond::http
