#pragma once
// Makes the answers that take a store or a while, on threads of its own, so that no event loop waits: each is
// made once for all who ask for it meanwhile, and given again for as long as it is fresh, so that what ten
// thousand readers cost is what one costs. Thread-safe; owned by app.

#include "common/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace buttond {

/// What was made for a question: a body, and how it went.
struct desk_answer {
  std::uint16_t status = 200;
  std::string content_type;
  std::string body;
  std::string file_name{};  // not empty: it is to be saved under that name
};
using desk_answer_ptr = std::shared_ptr<const desk_answer>;

/// How much a desk does at once, and keeps.
struct desk_limits {
  std::size_t threads = 4;                        // a question that hangs in the store holds up one of them
  std::size_t questions = 64;                     // that wait or are being answered
  std::size_t takers = 1'024;                     // of one question
  std::size_t kept_bytes = std::size_t{8} << 20;  // of answers; the oldest go
};

class query_desk {
 public:
  using maker = std::function<desk_answer()>;                 // on one of the desk's threads; must not throw
  using taker = std::function<void(desk_answer_ptr answer)>;  // on any thread, also in ask(); must not block

  explicit query_desk(const clock& time, const desk_limits& limits = {});

  /// Joins the threads; questions that are not begun are never answered.
  ~query_desk();
  query_desk(const query_desk&) = delete;
  query_desk& operator=(const query_desk&) = delete;

  void start();

  /// Begins no question any more, and returns when those that were begun are answered.
  void stop();

  /// Answers the question `name` (whoever asks by the same name gets the same) by what `make` makes, or made
  /// less than `fresh` ago. False, and `done` is never called, where too many questions wait.
  bool ask(const std::string& name, std::chrono::milliseconds fresh, maker make, taker done);

  /// What it keeps, in bytes.
  std::size_t kept_bytes() const;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// How long an answer is waited for: a query's time, and a little.
inline constexpr std::chrono::milliseconds desk_patience{2'200};

}  // namespace buttond
