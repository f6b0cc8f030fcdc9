#pragma once
// Makes the answers that take a store or a while, on threads of its own, so that no event loop waits: each is
// made once for all who ask for it meanwhile, and given again for as long as it is fresh, so that what ten
// thousand readers cost is what one costs. Thread-safe; owned by app.

#include "common/clock.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace buttond {

/// What was made for a question: a body, and how it went.
struct desk_answer {
  std::uint16_t status = 200;
  std::string content_type;
  std::string body;
};
using desk_answer_ptr = std::shared_ptr<const desk_answer>;

class query_desk {
 public:
  using maker = std::function<desk_answer()>;                 // on one of the desk's threads; must not throw
  using taker = std::function<void(desk_answer_ptr answer)>;  // on any thread, also in ask(); must not block

  explicit query_desk(const clock& time);

  /// Joins the threads; questions that are not begun are never answered.
  ~query_desk();
  query_desk(const query_desk&) = delete;
  query_desk& operator=(const query_desk&) = delete;

  void start();

  /// Answers the question `name` (whoever asks by the same name gets the same) by what `make` makes, or made
  /// less than `fresh` ago. False, and `done` is never called, where too many questions wait.
  bool ask(const std::string& name, std::chrono::milliseconds fresh, maker make, taker done);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// How long an answer is waited for: a query's time, and a little.
inline constexpr std::chrono::milliseconds desk_patience{2'200};

}  // namespace buttond
