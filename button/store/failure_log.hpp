#pragma once
// A store's voice in the log, the only one that speaks of its failures: one cause that lasts is a line at
// once and then one a minute, whatever operations it meets, with the number of those that were not written;
// and one line when everything that failed has succeeded again.
// Thread-safe: the store's callers are several threads.

#include "button/store/store_causes.hpp"
#include "button/store/store_operations.hpp"
#include "common/error.hpp"
#include "common/log_limit.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace buttond {

class failure_log {
 public:
  /// `name` is what the operator knows the store by; it holds no password. `kind` as store::kind().
  failure_log(std::string name, std::string_view kind) : name_(std::move(name)), kind_(kind) {}

  /// As store::while_failing.
  void while_failing(std::function<std::string()> say);

  /// Logs that `operation` failed, and returns `error` for the caller to pass on. `why` is what the store
  /// says of it.
  error_code failed(store_operation operation, error_code error, std::string_view why);

  /// The same; `why` is what happened and what can be done, as a clause, afterwards.
  error_code explained(store_operation operation, error_code error, std::string& why);

  /// Logs what could not be done beside an operation that succeeded; no more often than failures.
  void missed(std::string_view what, error_code error, std::string_view why);

  /// Says, once, that all is well again.
  void succeeded(store_operation operation) {
    if (failing_.load(std::memory_order_relaxed)) recovered(operation);
  }

 private:
  std::string in_words(error_code error, std::string_view why) const;
  void say(std::string_view what, error_code error, std::string_view why);
  int limit_of(error_code error);
  void recovered(store_operation operation);

  const std::string name_;
  const std::string_view kind_;
  std::atomic<bool> failing_{false};
  std::mutex mutex_;                   // guards what follows
  std::map<int, log_limiter> limits_;  // by the error's value
  store_health health_;
  std::function<std::string()> say_;
  // Since the last time that all was well.
  std::uint64_t failures_ = 0;
  bool told_ = false;
  bool hung_first_ = false;  // before it was away
  bool was_away_ = false;
  bool reading_failed_ = false;
  bool writing_failed_ = false;
};

}  // namespace buttond
