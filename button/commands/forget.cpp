#include "button/commands/forget.hpp"

#include "button/commands/fold_all.hpp"
#include "button/commands/progress_bar.hpp"
#include "common/error.hpp"
#include "common/printable.hpp"
#include "common/shortened.hpp"
#include "common/site_name.hpp"

#include <fmt/format.h>

#include <optional>
#include <ostream>

namespace buttond {
namespace {

constexpr std::size_t most_shown = 100;

std::string site_named(const std::string& text) {
  auto site = normalized_site(text);
  if (!site)
    throw startup_error(fmt::format("forget: \"{}\" is not a host; write one as in \"example.com\"",
                                    printable(shortened(text, most_shown))));
  return std::move(*site);
}

std::string counted(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void add(const forgotten& portion, forgotten& total) {
  total.links += portion.links;
  total.days += portion.days;
  total.share_ids += portion.share_ids;
  total.refused += portion.refused;
}

std::string in_words(const forgotten& total, std::string_view site) {
  const auto all = total.links + total.days + total.share_ids + total.refused;
  if (all == 0) return fmt::format("there is nothing of {} in the store", site);
  const auto refused = total.refused == 0 ? std::string{} : fmt::format(", {} in `refused`", total.refused);
  return fmt::format("forgot {}, {} and {} of {}{}", counted(total.links, "link"), counted(total.days, "day"),
                     counted(total.share_ids, "share id"), site, refused);
}

}  // namespace

int run_forget(const forget_arguments& arguments, const std::function<std::unique_ptr<store>()>& open,
               const std::function<std::unique_ptr<survey>()>& open_survey, std::ostream& out,
               std::ostream& report) {
  const auto site = site_named(arguments.site);
  {
    const auto in = open();
    // Only a store that was there is waited for.
    if (const auto there = in->ping(); !there) {
      report << fmt::format("{}\n", printable(there.error().message()));
      return 1;
    }
    // What waits of the site would come again. Who may not fold takes away what is there.
    fold_waiting(*in);
  }
  const auto in = open_survey();
  progress_bar progress{report};
  forgotten total;
  for (bool more = true; more;) {
    const auto portion = in->forget(site);
    if (!portion) {
      progress.end();
      report << fmt::format("stopped after {}: {}\nRun the same command again: it goes on.\n",
                            counted(total.links, "link"), printable(portion.error().message()));
      return 1;
    }
    add(*portion, total);
    more = portion->more;
    progress.show(fmt::format("{} forgotten", counted(total.links, "link")));
  }
  progress.end();
  out << in_words(total, site) << '\n';
  return 0;
}

}  // namespace buttond
