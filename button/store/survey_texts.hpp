#pragma once
// How a survey's days, hours and reports stand in a store, and which keys are a site's: what both stores have
// in common. No state.

#include "button/store/survey.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

/// Whether a node may say this of itself: a name that is one, and a JSON object that is not too long.
bool can_be_told(const node_report& report);

/// "YYYY-MM-DDTHH".
std::string hour_text(wall_hour hour);

/// The day of "YYYY-MM-DD", and the hour of hour_text(); nothing for any other text.
std::optional<std::chrono::sys_days> read_day(std::string_view text) noexcept;
std::optional<wall_hour> read_hour(std::string_view text) noexcept;

/// What was counted in all minutes of the hour.
tally total_of(const counted_hour& hour) noexcept;

/// {"0":[impressions,clicks,shares],...}: the minutes in which the node ran.
std::string minutes_text(const counted_hour& hour);
void read_minutes(std::string_view text, counted_hour& into);

/// Keys from `first` to before `end`, byte by byte.
struct key_range {
  std::string first;
  std::string end;
};

/// The ranges in which all keys of a site are, and no others, but for the key that is the site itself.
std::array<key_range, 2> keys_below(std::string_view site);

}  // namespace buttond
