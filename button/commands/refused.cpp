#include "button/commands/refused.hpp"

#include "common/printable.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ostream>

namespace buttond {
namespace {

/// Text of others in one field of one line.
std::string in_one_field(std::string text) {
  for (char& c : text)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return printable(text);
}

std::string as_line(const refused_item& item) {
  const auto of =
      item.links == 1 ? item.first_key : fmt::format("{} links from {} on", item.links, item.first_key);
  return fmt::format("{}\t{}\t{} impressions, {} clicks, {} shares\t{}\t{:%Y-%m-%dT%H:%M:%S}Z\t{}\n",
                     in_one_field(item.id), in_one_field(item.kind), item.counts.impressions,
                     item.counts.clicks, item.counts.shares, in_one_field(of),
                     fmt::gmtime(std::chrono::system_clock::to_time_t(item.at)), in_one_field(item.why));
}

}  // namespace

int run_refused(const refused_arguments& arguments, store& in, std::ostream& out, std::ostream& report) {
  const auto fail = [&](std::string_view what, const error_code& why) {
    report << fmt::format("{}: {}\n", what, printable(why.message()));
    return 1;
  };
  if (arguments.retry) {
    const auto counted = in.retry_refused(arguments.id);
    if (!counted) return fail("what was refused could not be tried again", counted.error());
    out << fmt::format("{} counted\n", *counted);
  }
  bool none = true;
  const auto listed = in.for_each_refused([&](const refused_item& item) {
    none = false;
    out << as_line(item);
  });
  if (!listed) return fail("what was refused could not be read", listed.error());
  return none ? 0 : 1;
}

}  // namespace buttond
