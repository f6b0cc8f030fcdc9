#pragma once
// `buttond stats-link SITE --for 30d`: a link to the page of one site, for whoever writes it. One thread; the
// server may run meanwhile, and takes the link at once.

#include "button/store/survey.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

namespace buttond {

struct stats_link_arguments {
  std::string site{};
  std::chrono::milliseconds good_for = std::chrono::days(30);
};

/// The time that `text` says, as --for takes it: from a minute to longest_site_link. Throws startup_error,
/// without naming the option, for what is none.
std::chrono::milliseconds parse_good_for(const std::string& text);

/// Prints the link, below `origin` ("https://share.example.com"; empty: its path alone, and on `report` that
/// it is to be completed). Opens the store once the site is seen to be one. Returns the exit status: 0, or 1
/// when the store did not give its key. Throws startup_error for a site that is no host.
int run_stats_link(const stats_link_arguments& arguments, const std::string& origin,
                   const std::function<std::unique_ptr<survey>()>& open, const clock& time, std::ostream& out,
                   std::ostream& report);

}  // namespace buttond
