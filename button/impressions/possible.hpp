#pragma once
// What a number in a journal's file can be. Beyond that a damaged disk says it, or whoever else made the
// file: it is not counted on, and nothing overflows by it. No state: any thread.

#include "button/impressions/per_kind.hpp"
#include "common/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace buttond {

/// Numbers of files and of batches, and the events of one kind in one file. No node comes near it, and beyond
/// it there is room to count on.
inline constexpr std::int64_t greatest_possible = std::int64_t{1} << 53;

/// Batches of one file. Its links must fit into memory, and a thousand of them make a batch.
inline constexpr std::int64_t most_possible_batches = std::int64_t{1} << 20;

/// A day is written with four digits of its year (day_text in batch_parts.hpp).
constexpr bool is_possible(std::chrono::sys_days day) noexcept {
  using namespace std::chrono;
  return day >= sys_days(year(1970) / 1 / 1) && day <= sys_days(year(9999) / 12 / 31);
}

/// A time since 1970 that wall_time can hold.
constexpr bool is_possible(std::chrono::seconds time) noexcept {
  return time.count() >= 0 &&
         time < std::chrono::floor<std::chrono::seconds>(wall_time::max().time_since_epoch());
}

/// What there is room for beside `sum`, itself possible.
constexpr event_totals room_beside(const event_totals& sum) noexcept {
  constexpr auto most = static_cast<std::uint64_t>(greatest_possible);
  return {most - sum.impressions, most - sum.clicks, most - sum.shares};
}

/// Whether a file that has counted `sum` can have counted `more`.
constexpr bool is_possible(const event_totals& sum, const event_totals& more) noexcept {
  const auto room = room_beside(sum);
  return more.impressions <= room.impressions && more.clicks <= room.clicks && more.shares <= room.shares;
}

/// Adds of `more` what is possible.
constexpr void add_possible(event_totals& sum, const event_totals& more) noexcept {
  const auto room = room_beside(sum);
  sum += {std::min(more.impressions, room.impressions), std::min(more.clicks, room.clicks),
          std::min(more.shares, room.shares)};
}

}  // namespace buttond
