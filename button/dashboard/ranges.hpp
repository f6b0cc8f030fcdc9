#pragma once
// The spans of time that a person can choose in the dashboard. No state: any thread.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace buttond {

enum class span_of_days : std::uint8_t { day, week, month, year };

struct named_span {
  span_of_days span;
  std::string_view name;  // as in ?range=
  int days;               // UTC days, the last of them today
};
inline constexpr std::array<named_span, 4> named_spans{{{span_of_days::day, "24h", 1},
                                                        {span_of_days::week, "7d", 7},
                                                        {span_of_days::month, "30d", 30},
                                                        {span_of_days::year, "400d", 400}}};

constexpr const named_span& of(span_of_days span) noexcept {
  return named_spans[static_cast<std::size_t>(span)];
}

/// Nothing for what is none of them.
constexpr std::optional<span_of_days> span_named(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(named_spans, name, &named_span::name);
  return found != named_spans.end() ? std::optional(found->span) : std::nullopt;
}

}  // namespace buttond
