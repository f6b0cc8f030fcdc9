#pragma once
// What one loop counts about its requests, for /metrics. Plain numbers, written by the loop; other threads
// get a copy made on the loop (see admin_handler).

#include "button/http/status.hpp"
#include "common/duration_histogram.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

inline constexpr std::size_t max_routes = 32;

/// Routes whose answers take about as long, and for the same reasons. A few: each is a histogram.
enum class route_group : std::uint8_t { counts, pages, shares, other };
inline constexpr std::array<std::string_view, 4> route_group_names{"counts", "pages", "shares", "other"};

/// From less than a hit takes on. Around the usual --miss-wait of 50 ms they are close: a store that takes 26
/// ms, readers who waited in vain, and those who waited longer than they should are told apart.
inline constexpr auto request_boundaries = [] {
  using namespace std::chrono_literals;
  return std::array<std::chrono::nanoseconds, 16>{2'500ns, 5us,  10us, 25us, 50us, 100us, 250us, 1ms,
                                                  5ms,     25ms, 35ms, 50ms, 60ms, 100ms, 250ms, 1s};
}();

class request_metrics {
 public:
  void count(std::uint16_t status, std::size_t route, route_group group,
             std::chrono::nanoseconds taken) noexcept {
    ++requests_[route < max_routes ? route : 0][http::status_index(status)];
    durations_[static_cast<std::size_t>(group)].add(taken);
  }

  request_metrics& operator+=(const request_metrics& other) noexcept {
    for (std::size_t route = 0; route < max_routes; ++route) {
      for (std::size_t status = 0; status <= http::statuses.size(); ++status)
        requests_[route][status] += other.requests_[route][status];
    }
    for (std::size_t group = 0; group < durations_.size(); ++group)
      durations_[group] += other.durations_[group];
    return *this;
  }

  /// Requests answered with http::statuses[status] by a route; route 0 is none, and the status after the last
  /// is any other.
  std::uint64_t requests(std::size_t route, std::size_t status) const noexcept {
    return requests_[route][status];
  }

  const duration_histogram<request_boundaries>& durations(std::size_t group) const noexcept {
    return durations_[group];
  }

 private:
  std::array<std::array<std::uint64_t, http::statuses.size() + 1>, max_routes> requests_{};
  std::array<duration_histogram<request_boundaries>, route_group_names.size()> durations_;
};

}  // namespace buttond
