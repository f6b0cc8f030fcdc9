#include "button/handlers/link_budget.hpp"

#include "common/url_key.hpp"

#include <chrono>

namespace buttond {
namespace {

constexpr std::chrono::seconds hour = std::chrono::hours(1);
constexpr unsigned times_of_kinds = 5;

rate_options options_of(std::size_t an_hour) {
  const auto number = static_cast<double>(an_hour);
  return {.per_second = number / static_cast<double>(hour.count()),
          .burst = number,
          .untracked = times_of_kinds,
          .unknown = times_of_kinds};
}

}  // namespace

link_budget::link_budget(std::size_t an_hour) : seen_(hour), limiter_(options_of(an_hour)) {}

bool link_budget::admits(const fingerprint& link, std::string_view key, const http::request& in) noexcept {
  if (seen_.contains(link, in.received)) return true;
  // The reader's first: what he may not have is not taken from the site.
  const auto reader = limiter_.of_reader(in.client, in.do_not_track);
  if (limiter_.take(reader, 1, in.received) == 0) return false;
  if (limiter_.take(limiter_.of_name(site_of(key)), 1, in.received) == 0) return false;
  seen_.add(link, in.received);
  return true;
}

}  // namespace buttond
