#pragma once
// The two kinds of coroutine of the engine: `detached`, one a connection, which starts at once and frees
// itself at its end; and `task`, a part of it that rarely runs (a slow reader, a wait for the store) and so
// has a frame of its own instead of making that of every idle connection larger.

#include <coroutine>
#include <exception>
#include <utility>

namespace buttond::http {

/// Runs until its first suspension when it is called. It catches everything itself.
struct detached {
  struct promise_type {
    detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

/// Starts when it is awaited, and resumes who awaits it at its end. Destroying it while it is suspended
/// destroys its frame.
template <class T>
class [[nodiscard]] task {
 public:
  struct promise_type {
    struct to_waiter {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) const noexcept {
        return ended.promise().waiter;
      }
      void await_resume() const noexcept {}
    };

    task get_return_object() noexcept {
      return task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    to_waiter final_suspend() const noexcept { return {}; }
    void return_value(T result) noexcept { value = result; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }

    std::coroutine_handle<> waiter;
    std::exception_ptr failure;
    T value{};
  };

  task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task& operator=(task&&) = delete;
  ~task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) noexcept {
    frame_.promise().waiter = waiter;
    return frame_;
  }
  T await_resume() {
    if (frame_.promise().failure) std::rethrow_exception(frame_.promise().failure);
    return frame_.promise().value;
  }

 private:
  explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}

  std::coroutine_handle<promise_type> frame_;
};

/// `co_await own_handle{}` gives the handle of the coroutine that says so, without suspending it.
struct own_handle {
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) noexcept {
    handle_ = handle;
    return false;
  }
  std::coroutine_handle<> await_resume() const noexcept { return handle_; }

 private:
  std::coroutine_handle<> handle_;
};

}  // namespace buttond::http
