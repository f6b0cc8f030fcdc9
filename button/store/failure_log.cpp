#include "button/store/failure_log.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

namespace buttond {

error_code failure_log::failed(std::string_view operation, error_code error, std::string_view why) {
  failing_.store(true, std::memory_order_relaxed);
  if (const auto suppressed = limit_.due(std::chrono::steady_clock::now())) {
    spdlog::warn("store {}: {} failed: {}: {}{}", name_, operation, error.message(), why,
                 and_more(*suppressed));
  }
  return error;
}

void failure_log::recovered() {
  if (!failing_.exchange(false, std::memory_order_relaxed)) return;
  const auto suppressed = limit_.reset();
  spdlog::info("store {}: it answers again{}", name_, and_more(suppressed));
}

}  // namespace buttond
