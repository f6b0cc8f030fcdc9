#include "button/commands/stats_link.hpp"

#include "button/store/site_link.hpp"
#include "common/error.hpp"
#include "common/printable.hpp"
#include "common/shortened.hpp"
#include "common/site_name.hpp"
#include "common/units.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ostream>

namespace buttond {
namespace {

constexpr std::size_t most_shown = 100;
constexpr std::chrono::minutes least{1};

std::string told(std::string_view text) {
  return printable(shortened(text, most_shown));
}

}  // namespace

std::chrono::milliseconds parse_good_for(const std::string& text) {
  const auto parsed = parse_duration(text);
  if (parsed && *parsed >= least && *parsed <= longest_site_link) return *parsed;
  throw startup_error(fmt::format("'{}' does not do; write a time from {} to {}, for example 12h or 30d",
                                  told(text), format_duration(least), format_duration(longest_site_link)));
}

int run_stats_link(const stats_link_arguments& arguments, const std::string& origin,
                   const std::function<std::unique_ptr<survey>()>& open, const clock& time, std::ostream& out,
                   std::ostream& report) {
  const auto site = normalized_site(arguments.site);
  if (!site)
    throw startup_error(fmt::format("stats-link: \"{}\" is not a host; write one as in \"example.com\"",
                                    told(arguments.site)));
  const auto text = open()->site_link_key(text_of(new_secret_key()));
  if (!text) {
    report << fmt::format("the key that links are signed with could not be read: {}{}\n",
                          printable(text.error().message()),
                          text.error() == errc::store_unavailable
                              ? " (the embedded store is made with the first count that the server stores)"
                              : "");
    return 1;
  }
  const auto key = secret_key_of(*text);
  if (!key) {
    report
        << "what the store has as the key that links are signed with is none: delete it, and one is made\n";
    return 1;
  }
  const auto until = std::chrono::floor<std::chrono::seconds>(time.wall() + arguments.good_for);
  out << origin << site_link_target(*key, *site, until) << '\n';
  if (origin.empty())
    report << "complete it with the address of your server (--public-url names it), as in "
              "https://share.example.com/site?...\n";
  report << fmt::format("whoever has this link sees the page of {} until {:%Y-%m-%d %H:%M} UTC\n", *site,
                        fmt::gmtime(std::chrono::system_clock::to_time_t(until)));
  return 0;
}

}  // namespace buttond
