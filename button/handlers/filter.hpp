#pragma once
// Decides what is seen but not counted: bots, prefetches, readers over their rate, sites that are not on the
// allow-list. The reader gets the button all the same; the reason is counted.
// Thread-safe and shared by all loops. Allocates nothing.

#include "button/http/request.hpp"
#include "button/impressions/books.hpp"
#include "common/clock.hpp"
#include "common/rate_limiter.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class impression_filter {
 public:
  /// `sites`: hosts whose pages count, each with its subdomains; empty: all. `rate`: nothing for no limit.
  impression_filter(std::vector<std::string> sites, rate_limiter* rate);

  /// What is wrong with all of a request's events: bot or prefetch.
  std::optional<filter_reason> of_request(const http::request& in) const noexcept;

  /// What is wrong with one more event of a link on `site`: not on the allow-list, or over the rate of the
  /// request's address (each call takes from that rate). A request with do_not_track has no address here.
  std::optional<filter_reason> of_link(const http::request& in, std::string_view site,
                                       monotonic_time now) noexcept;

 private:
  std::vector<std::string> sites_;
  rate_limiter* rate_;
};

}  // namespace buttond
