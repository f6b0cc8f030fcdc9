#pragma once
// An answer that waits for a value which another thread hands over.

#include "button/http/request_handler.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace buttond {

template <class T>
class deferred final : public http::deferred_answer {
 public:
  using hand_over = std::function<void(T)>;
  using ask_function = std::function<void(hand_over)>;
  using answer_function = std::function<void(const std::optional<T>& given, http::response& out)>;

  /// `ask` is called once, on the loop's thread. What it gets takes the value, once at most: at once or
  /// later, from any thread, also when nobody waits any more. `answer` is called on the loop's thread, with
  /// nothing where no value came within `patience`.
  deferred(std::chrono::milliseconds patience, ask_function ask, answer_function answer)
      : patience_(patience), ask_(std::move(ask)), answer_(std::move(answer)) {}

  void start(std::function<void()> wake) override {
    ask_([into = given_, wake = std::move(wake)](T value) {
      {
        const std::lock_guard lock(into->mutex);
        into->value = std::move(value);
      }
      wake();
    });
  }

  std::chrono::milliseconds patience() const noexcept override { return patience_; }

  void finish(http::response& out) override {
    const std::lock_guard lock(given_->mutex);
    answer_(given_->value, out);
  }

 private:
  /// Shared with whoever hands over, who may come when this is gone.
  struct given {
    std::mutex mutex;
    std::optional<T> value;
  };

  const std::chrono::milliseconds patience_;
  const ask_function ask_;
  const answer_function answer_;
  const std::shared_ptr<given> given_ = std::make_shared<given>();
};

}  // namespace buttond
