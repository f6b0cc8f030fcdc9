#pragma once
// A store's voice in the log: the first failure at once, then one line in half a minute with the number of
// those that were not written, and one line when the store answers again.
// Thread-safe: the store's callers are several threads.

#include "common/error.hpp"
#include "common/log_limit.hpp"

#include <atomic>
#include <string>
#include <string_view>

namespace buttond {

class failure_log {
 public:
  /// `name` is what the operator knows the store by; it holds no password.
  explicit failure_log(std::string name) : name_(std::move(name)) {}

  /// Logs that `operation` failed, and returns `error` for the caller to pass on.
  error_code failed(std::string_view operation, error_code error, std::string_view why);

  /// Says, once, that the store answers again.
  void succeeded() {
    if (failing_.load(std::memory_order_relaxed)) recovered();
  }

 private:
  void recovered();

  const std::string name_;
  log_limiter limit_;
  std::atomic<bool> failing_{false};
};

}  // namespace buttond
