#pragma once
// What one loop counts about its requests, for /metrics. Plain numbers, written by the loop; other threads
// get a copy made on the loop (see admin_handler).

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace buttond {

/// The status codes that buttond answers; 0 stands for any other.
inline constexpr std::array<std::uint16_t, 23> status_codes{200, 204, 302, 304, 400, 401, 403, 404,
                                                            405, 406, 408, 409, 411, 413, 414, 415,
                                                            416, 417, 431, 500, 501, 503, 0};
inline constexpr std::size_t max_routes = 32;

/// Upper bounds of the duration histogram, in nanoseconds; a last bucket takes the rest.
inline constexpr std::array<std::int64_t, 12> duration_bounds{
    10'000,    25'000,    50'000,     100'000,    250'000,     500'000,
    1'000'000, 5'000'000, 25'000'000, 50'000'000, 250'000'000, 1'000'000'000};

class request_metrics {
 public:
  void count(std::size_t route, std::uint16_t status, std::chrono::nanoseconds taken) noexcept {
    std::size_t code = 0;
    while (code + 1 < status_codes.size() && status_codes[code] != status) ++code;
    ++requests_[route < max_routes ? route : 0][code];
    std::size_t bucket = 0;
    while (bucket < duration_bounds.size() && taken.count() > duration_bounds[bucket]) ++bucket;
    ++durations_[bucket];
    total_ += taken;
  }

  request_metrics& operator+=(const request_metrics& other) noexcept {
    for (std::size_t route = 0; route < max_routes; ++route) {
      for (std::size_t code = 0; code < status_codes.size(); ++code) {
        requests_[route][code] += other.requests_[route][code];
      }
    }
    for (std::size_t i = 0; i < durations_.size(); ++i) durations_[i] += other.durations_[i];
    total_ += other.total_;
    return *this;
  }

  /// Requests answered with status_codes[code] by a route; route 0 is none.
  std::uint64_t requests(std::size_t route, std::size_t code) const noexcept {
    return requests_[route][code];
  }

  /// How many took at most duration_bounds[bucket], and more than the bound before.
  std::uint64_t durations(std::size_t bucket) const noexcept { return durations_[bucket]; }

  std::chrono::nanoseconds total() const noexcept { return total_; }

 private:
  std::array<std::array<std::uint64_t, status_codes.size()>, max_routes> requests_{};
  std::array<std::uint64_t, duration_bounds.size() + 1> durations_{};
  std::chrono::nanoseconds total_{};
};

}  // namespace buttond
