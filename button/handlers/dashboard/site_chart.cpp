#include "button/handlers/dashboard/site_chart.hpp"

#include "button/handlers/dashboard/site_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace buttond {
namespace {

// The drawing is a day wide for each value, and so high; it is stretched to its place.
constexpr double height = 100;
constexpr double least_height = 1.5;  // of what is not 0, so that it is seen
constexpr double gap = 0.2;           // between bars, where they are wide enough to be told apart
constexpr std::size_t most_apart = 100;

}  // namespace

std::int64_t top_of_scale(std::int64_t most) noexcept {
  constexpr std::int64_t enough = 1'000'000'000'000'000'000;
  for (std::int64_t power = 1; power < enough; power *= 10) {
    for (const std::int64_t digit : {1, 2, 5})
      if (power * digit >= std::max<std::int64_t>(most, 2)) return power * digit;
  }
  return most;
}

void append_bars(std::string& out, const day_bars& bars) {
  const auto to = std::back_inserter(out);
  const auto& values = bars.values;
  const auto day_of = [&bars](std::size_t i) { return bars.first + std::chrono::days(i); };
  const bool few = values.size() <= most_apart;
  const auto named = [&](std::size_t i) { return few ? short_day(day_of(i)) : iso_day(day_of(i)); };
  const auto highest = std::ranges::max_element(values);
  const std::int64_t most = highest == values.end() ? 0 : std::max<std::int64_t>(*highest, 0);
  const std::int64_t top = top_of_scale(most);
  const std::string peak =
      most == 0 ? std::string("none")
                : fmt::format("most {} on {}", grouped(most),
                              iso_day(day_of(static_cast<std::size_t>(highest - values.begin()))));
  fmt::format_to(to, "<figure class=\"bars\">\n<figcaption>{} a day <span>{}</span></figcaption>\n",
                 bars.what, peak);
  fmt::format_to(
      to,
      "<div class=\"plot\">\n<span class=\"scale\" aria-hidden=\"true\"><i>{}</i><i>{}</i><i>0</i></span>\n",
      grouped(top), top % 2 == 0 ? grouped(top / 2) : std::string());
  fmt::format_to(to,
                 "<svg viewBox=\"0 0 {} 100\" preserveAspectRatio=\"none\" role=\"img\" "
                 "aria-label=\"{} a day, {} to {}; {}\">\n"
                 "<path class=\"grid\" d=\"M0 0H{}M0 50H{}M0 100H{}\"/>\n",
                 values.size(), bars.what, iso_day(day_of(0)), iso_day(day_of(values.size() - 1)), peak,
                 values.size(), values.size(), values.size());
  const double width = few ? 1 - gap : 1;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] <= 0) continue;
    const double bar =
        std::max(static_cast<double>(values[i]) / static_cast<double>(top) * height, least_height);
    const bool today = i + 1 == values.size();
    fmt::format_to(
        to,
        "<rect{} x=\"{:.1f}\" y=\"{:.2f}\" width=\"{}\" height=\"{:.2f}\"><title>{}: {}{}</title></rect>\n",
        today ? " class=\"today\"" : "", static_cast<double>(i) + (1 - width) / 2, height - bar, width, bar,
        iso_day(day_of(i)), grouped(values[i]), today ? " so far" : "");
  }
  fmt::format_to(to,
                 "</svg>\n</div>\n"
                 "<p class=\"axis\" aria-hidden=\"true\"><span>{}</span><span>{}</span><span>{}</span></p>\n"
                 "</figure>\n",
                 named(0), named(values.size() / 2), named(values.size() - 1));
}

}  // namespace buttond
