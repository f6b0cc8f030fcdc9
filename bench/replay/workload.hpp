#pragma once
// What is asked next, when it is due, and the books: of every link, how many impressions were acknowledged,
// and how many may have been counted without our knowing. Owned by the runner; one thread.

#include "bench/replay/latency_histogram.hpp"
#include "bench/replay/links.hpp"
#include "bench/replay/options.hpp"
#include "bench/replay/zipf.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace buttond::replay {

using moment = std::chrono::steady_clock::time_point;

/// A request on its way.
struct flight {
  moment due;
  moment sent;
  std::span<std::uint32_t> links;  // the connection's memory; filled by workload::take
};

/// What the books say of one link.
struct link_books {
  std::uint32_t acknowledged = 0;  // a complete 200 arrived
  std::uint32_t unsure = 0;        // no answer, or a 5xx that a balancer may have written
};

struct totals {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;    // complete answers, whatever their status
  std::uint64_t unanswered = 0;  // the connection ended first
  std::uint64_t refused = 0;     // answered with a status of 400 or above
  std::uint64_t acknowledged_impressions = 0;
  std::uint64_t unsure_impressions = 0;
  latency_histogram latency;
};

class workload {
 public:
  /// `source` may be null: then the route is asked for as it is.
  workload(const options& o, const links* source);

  /// The clock of an open loop starts here.
  void start(moment now) noexcept { start_ = now; }

  /// No request will be taken any more.
  void stop() noexcept { limit_ = totals_.sent; }
  bool exhausted() const noexcept { return totals_.sent >= limit_; }

  /// When the next request is due; the past for a closed loop. Only while not exhausted.
  moment next_due() const noexcept;

  /// Appends the next request to `out` where one is due at `now`, and says so.
  bool take(moment now, std::string& out, flight& request);

  void answered(const flight& request, std::uint16_t status, moment now) noexcept;
  void unanswered(const flight& request) noexcept;

  const totals& result() const noexcept { return totals_; }
  std::span<const link_books> books() const noexcept { return books_; }
  std::size_t links_per_request() const noexcept { return links_per_request_; }

 private:
  std::uint32_t pick();

  const links* source_;
  const bool counts_;
  const bool open_loop_;
  const std::size_t links_per_request_;
  const popularity order_;
  const std::chrono::duration<double, std::nano> interval_;
  std::uint64_t limit_;
  moment start_;
  std::string head_;  // up to the links
  std::string tail_;  // from " HTTP/1.1" on
  std::mt19937_64 random_;
  std::optional<zipf_distribution> zipf_;
  std::uint64_t next_in_turn_;
  totals totals_;
  std::vector<link_books> books_;
};

}  // namespace buttond::replay
