#include "button/store/mongodb_driver_log.hpp"

#include "button/store/mongodb_pool.hpp"
#include "common/log_limit.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <string_view>

namespace buttond {
namespace {

/// Where messages_during() collects them, on its thread.
thread_local std::vector<std::string>* collected = nullptr;

class driver_log {
 public:
  void add(mongoc_log_level_t level, std::string_view domain, std::string_view message) {
    if (collected != nullptr) {
      if (level <= MONGOC_LOG_LEVEL_WARNING) collected->emplace_back(message);
      return;
    }
    const auto as =
        level > MONGOC_LOG_LEVEL_WARNING || is_known(message) ? spdlog::level::debug : spdlog::level::warn;
    if (!spdlog::should_log(as)) return;
    const std::lock_guard lock{mutex_};
    if (const auto suppressed = limit_of(domain, message).due(std::chrono::steady_clock::now()))
      spdlog::log(as, "{}: {}{}", domain, message, and_more(*suppressed));
  }

 private:
  static constexpr std::size_t most_kinds = 32;

  /// What the store itself tells of, and that the server has ended a transaction or a cursor by itself.
  static bool is_known(std::string_view message) noexcept {
    return std::ranges::any_of(
        std::array<std::string_view, 5>{"Failed authentication to", "Failed to buffer", "Couldn't send",
                                        "Could not kill cursor", "Error in abortTransaction"},
        [message](std::string_view known) { return message.starts_with(known); });
  }

  /// Messages are of a kind that begin alike, up to what differs: a name or a number.
  log_limiter& limit_of(std::string_view domain, std::string_view message) {
    const auto beginning = message.substr(0, message.find_first_of("'\"(:[0123456789"));
    const auto kind = fmt::format("{}: {}", domain, beginning);
    return limits_[limits_.size() < most_kinds || limits_.contains(kind) ? kind : std::string{}];
  }

  std::mutex mutex_;  // guards what follows
  std::map<std::string, log_limiter> limits_;
};

void handle(mongoc_log_level_t level, const char* domain, const char* message, void* log) {
  static_cast<driver_log*>(log)->add(level, domain, message);
}

// When it is loaded, the driver says on standard error, in its own form, where it cannot make the counters
// that nobody asked for (mongodb_client.hpp). Only what an executable has in this section runs before that.
__attribute__((no_sanitize("address", "thread", "undefined"))) void say_nothing_yet() {
  mongoc_log_set_handler(nullptr, nullptr);
}
[[gnu::section(".preinit_array"), gnu::used]] void (*const before_the_driver)() = say_nothing_yet;

}  // namespace

void initialise_driver() {
  static driver_log log;
  static const bool once = [] {
    mongoc_log_set_handler(handle, &log);
    mongoc_init();
    return true;
  }();
  static_cast<void>(once);
}

std::vector<std::string> messages_during(const std::function<void()>& work) {
  std::vector<std::string> messages;
  collected = &messages;
  work();
  collected = nullptr;
  return messages;
}

}  // namespace buttond
