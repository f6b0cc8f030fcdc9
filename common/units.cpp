#include "common/units.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

namespace buttond {
namespace {

using unit = std::pair<std::string_view, std::uint64_t>;

constexpr std::array<unit, 5> duration_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<unit, 4> byte_units{
    {{"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"B", 1}}};

constexpr std::uint64_t most_ms = std::chrono::milliseconds(longest_duration).count();

template <std::size_t Count>
std::optional<std::uint64_t> parse(std::string_view text, const std::array<unit, Count>& units,
                                   std::uint64_t without_unit, std::uint64_t most) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  std::uint64_t factor = suffix.empty() ? without_unit : 0;
  for (const auto& [name, value] : units) {
    if (suffix == name) factor = value;
  }
  if (factor == 0 || number > most / factor) return std::nullopt;
  return number * factor;
}

template <std::size_t Count>
std::string format(std::uint64_t number, const std::array<unit, Count>& units) {
  for (const auto& [name, value] : units) {
    if (number >= value && number % value == 0) return std::to_string(number / value).append(name);
  }
  return std::to_string(number).append(units.back().first);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  const auto number = parse(text, duration_units, 1'000, most_ms);
  if (!number) return std::nullopt;
  return std::chrono::milliseconds(*number);
}

std::optional<std::size_t> parse_bytes(std::string_view text) noexcept {
  return parse(text, byte_units, 1, std::numeric_limits<std::size_t>::max());
}

std::string format_duration(std::chrono::milliseconds duration) {
  if (duration.count() == 0) return "0s";
  return format(static_cast<std::uint64_t>(duration.count()), duration_units);
}

std::string format_bytes(std::size_t bytes) {
  return format(bytes, byte_units);
}

}  // namespace buttond
