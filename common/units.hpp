#pragma once
// Durations and sizes as people write them: "10s", "250ms", "64MiB".

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

/// No duration that people write is longer: the days of a site that its page shows.
inline constexpr std::chrono::days longest_duration{400};

/// A whole number with ms, s, m, h or d; without a unit it is seconds. Nothing for what is none, or is longer
/// than `longest_duration`.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/// A whole number with B, KiB, MiB or GiB; without a unit it is bytes. Nothing for what is none or does not
/// fit.
std::optional<std::size_t> parse_bytes(std::string_view text) noexcept;

/// The shortest text that parse_duration reads back.
std::string format_duration(std::chrono::milliseconds duration);

/// The shortest text that parse_bytes reads back.
std::string format_bytes(std::size_t bytes);

}  // namespace buttond
