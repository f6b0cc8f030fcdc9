#include "button/handlers/pages/button_words.hpp"

#include "button/handlers/pages/button_look.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>

namespace buttond {

button_words::button_words(const language& of)
    : share_(word_of(of, "share")),
      share_page_(word_of(of, "share_page")),
      name_with_one_(word_of(of, "name_with_one")),
      name_with_count_(word_of(of, "name_with_count")),
      digit_group_(word_of(of, "digit_group")),
      decimal_point_(word_of(of, "decimal_point")) {}

std::string_view button_words::label(std::string_view given) const noexcept {
  return given.empty() ? share_ : shortened_label(given);
}

std::string button_words::accessible_name(std::string_view label, std::optional<std::int64_t> count) const {
  const std::string_view name = label.empty() || label == share_ ? share_page_ : label;
  if (!count) return std::string(name);
  std::string digits = std::to_string(*count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), digit_group_);
  return fmt::format(fmt::runtime(*count == 1 ? name_with_one_ : name_with_count_), fmt::arg("name", name),
                     fmt::arg("count", digits));
}

std::string button_words::compact_count(std::int64_t count) const {
  if (count < 1000) return fmt::format("{}", count);
  static constexpr std::array<char, 4> units{'K', 'M', 'B', 'T'};
  double value = static_cast<double>(count);
  std::size_t unit = 0;
  // Rounded to what is shown before the unit is chosen: 999,950 is 1M, not 1000K.
  const auto rounded = [](double number) {
    return number < 10 ? std::round(number * 10) / 10 : std::round(number);
  };
  value /= 1000;
  while (rounded(value) >= 1000 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  if (rounded(value) >= 10) return fmt::format("{:.0f}{}", rounded(value), units[unit]);
  std::string digits = fmt::format("{:.2g}{}", rounded(value), units[unit]);
  if (digits[1] == '.') digits.replace(1, 1, decimal_point_);
  return digits;
}

}  // namespace buttond
