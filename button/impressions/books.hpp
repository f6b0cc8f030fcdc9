#pragma once
// The published books: `seen = accepted + filtered` and `accepted = stored + pending + lost`, for impressions
// and for clicks. Shares are in their links when they become events: the journal brings them to their day.

#include <array>
#include <cassert>
#include <cstdint>
#include <string_view>

namespace buttond {

enum class event_kind : std::uint8_t { impression, click, share };
inline constexpr std::size_t event_kinds = 3;

/// Why something seen was not counted. The reader got the button all the same.
enum class filter_reason : std::uint8_t { bot, prefetch, rate, site };
inline constexpr std::size_t filter_reasons = 4;
inline constexpr std::array<std::string_view, filter_reasons> filter_reason_names{"bot", "prefetch", "rate",
                                                                                  "site"};

/// What one loop saw. Written by that loop only; read by its own thread, too.
struct loop_books {
  std::uint64_t seen = 0;
  std::uint64_t accepted = 0;
  std::array<std::uint64_t, filter_reasons> filtered{};

  loop_books& operator+=(const loop_books& other) noexcept {
    seen += other.seen;
    accepted += other.accepted;
    for (std::size_t i = 0; i < filter_reasons; ++i) filtered[i] += other.filtered[i];
    return *this;
  }
};

/// How many of each kind.
struct event_totals {
  std::uint64_t impressions = 0;
  std::uint64_t clicks = 0;
  std::uint64_t shares = 0;

  event_totals& operator+=(const event_totals& other) noexcept {
    impressions += other.impressions;
    clicks += other.clicks;
    shares += other.shares;
    return *this;
  }

  /// Of a part of these.
  event_totals& operator-=(const event_totals& part) noexcept {
    assert(part.impressions <= impressions && part.clicks <= clicks && part.shares <= shares);
    impressions -= part.impressions;
    clicks -= part.clicks;
    shares -= part.shares;
    return *this;
  }
  friend bool operator==(const event_totals&, const event_totals&) = default;
};

}  // namespace buttond
