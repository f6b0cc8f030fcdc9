#include "button/handlers/dashboard/site_numbers.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace buttond {

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first_digit = number < 0 ? 1 : 0;
  for (std::size_t i = text.size(); i > first_digit + 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string iso_day(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string short_day(std::chrono::sys_days day) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::year_month_day date(day);
  return fmt::format("{} {}", static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1]);
}

std::string utc_minute(std::chrono::sys_seconds at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::minutes>(at - day));
  return fmt::format("{} {:02}:{:02} UTC", iso_day(day), time.hours().count(), time.minutes().count());
}

std::string percent_change(std::int64_t now, std::int64_t before) {
  const double change = (static_cast<double>(now) / static_cast<double>(before) - 1) * 100;
  return fmt::format("{}{:.0f} %",
                     std::lround(change) > 0   ? "+"
                     : std::lround(change) < 0 ? "\u2212"
                                               : "\u00b1",
                     std::abs(change));
}

}  // namespace buttond
