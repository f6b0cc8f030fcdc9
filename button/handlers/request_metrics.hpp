#pragma once
// What one loop counts about its requests, for /metrics. Plain numbers, written by the loop; other threads
// get a copy made on the loop (see admin_handler).

#include "button/http/status.hpp"
#include "common/duration_histogram.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace buttond {

inline constexpr std::size_t max_routes = 32;

inline constexpr auto request_boundaries = [] {
  using namespace std::chrono_literals;
  return std::array<std::chrono::nanoseconds, 12>{10us, 25us, 50us, 100us, 250us, 500us,
                                                  1ms,  5ms,  25ms, 50ms,  250ms, 1s};
}();

class request_metrics {
 public:
  void count(std::uint16_t status, std::size_t route, std::chrono::nanoseconds taken) noexcept {
    ++requests_[route < max_routes ? route : 0][http::status_index(status)];
    durations_.add(taken);
  }

  request_metrics& operator+=(const request_metrics& other) noexcept {
    for (std::size_t route = 0; route < max_routes; ++route) {
      for (std::size_t status = 0; status <= http::statuses.size(); ++status)
        requests_[route][status] += other.requests_[route][status];
    }
    durations_ += other.durations_;
    return *this;
  }

  /// Requests answered with http::statuses[status] by a route; route 0 is none, and the status after the last
  /// is any other.
  std::uint64_t requests(std::size_t route, std::size_t status) const noexcept {
    return requests_[route][status];
  }

  const duration_histogram<request_boundaries>& durations() const noexcept { return durations_; }

 private:
  std::array<std::array<std::uint64_t, http::statuses.size() + 1>, max_routes> requests_{};
  duration_histogram<request_boundaries> durations_;
};

}  // namespace buttond
