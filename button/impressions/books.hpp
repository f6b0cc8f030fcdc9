#pragma once
// The published books: `seen = accepted + filtered` and `accepted = stored + pending + lost`, for impressions
// and for clicks.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

/// Why something seen was not counted. The reader got the button all the same.
enum class filter_reason : std::uint8_t { bot, prefetch, rate, site, new_links, embedded };
inline constexpr std::size_t filter_reasons = 6;
inline constexpr std::array<std::string_view, filter_reasons> filter_reason_names{
    "bot", "prefetch", "rate", "site", "new_links", "embedded"};

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

}  // namespace buttond
