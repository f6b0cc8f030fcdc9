#pragma once
// How many links that this node has not seen for an hour or two it counts within an hour: so many of a site,
// and so many that one reader names. Made-up links cost disk and database for ever, and this bounds it; what
// is beyond is seen and not counted.
// Thread-safe and shared by all loops; owned by app. Allocates nothing after construction.

#include "button/http/request.hpp"
#include "common/fingerprint.hpp"
#include "common/rate_limiter.hpp"
#include "common/recent_filter.hpp"

#include <cstddef>
#include <string_view>

namespace buttond {

class link_budget {
 public:
  /// `an_hour` of a site and of a reader, as many at once; more than 0. All readers who are unknown, or who
  /// ask not to be tracked, have five times that together.
  explicit link_budget(std::size_t an_hour);

  /// Whether the link of `key`, which `in` named, may be counted. One that is new takes from the budgets of
  /// its reader and its site.
  bool admits(const fingerprint& link, std::string_view key, const http::request& in) noexcept;

 private:
  recent_filter seen_;
  rate_limiter limiter_;
};

}  // namespace buttond
