#pragma once
// The answer of a desk (query_desk.hpp) to a request, as http/ waits for it. Loop thread only.

#include "button/dashboard/query_desk.hpp"
#include "button/http/request_handler.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace buttond {

class desk_reply final : public http::deferred_answer {
 public:
  /// Asks the desk; false where it has too much to do.
  using ask_function = std::function<bool(query_desk::taker done)>;

  /// `late` makes the answer where none came within desk_patience.
  desk_reply(ask_function ask, query_desk::maker late) : ask_(std::move(ask)), late_(std::move(late)) {}

  void start(std::function<void()> wake) override;
  std::chrono::milliseconds patience() const noexcept override { return desk_patience; }
  void finish(http::response& out) override;

 private:
  /// Shared with the desk, which may answer when this is gone.
  struct given {
    std::mutex mutex;
    desk_answer_ptr answer;
  };

  const ask_function ask_;
  const query_desk::maker late_;
  bool busy_ = false;
  const std::shared_ptr<given> given_ = std::make_shared<given>();
};

/// Answers what a desk made.
void write_answer(const desk_answer& answer, http::response& out);

}  // namespace buttond
