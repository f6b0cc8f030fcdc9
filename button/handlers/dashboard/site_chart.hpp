#pragma once
// Bars of a number a day, drawn as SVG without script and without style attributes: what it looks like is in
// site-view.css. No state: any thread.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

struct day_bars {
  std::string_view what;             // "Impressions"; ours, not escaped
  std::chrono::sys_days first;       // of the first value
  std::vector<std::int64_t> values;  // one a day, the last of them today's, which is not over
};

/// Appends a figure: its caption, the scale, the bars (each of which says its day and number when it is
/// pointed at), the days below them.
void append_bars(std::string& out, const day_bars& bars);

/// The top of the scale: 1, 2 or 5 and zeros, at least `most` and 2.
std::int64_t top_of_scale(std::int64_t most) noexcept;

}  // namespace buttond
