#pragma once
// The fields in which a client lists what it would rather have, "br, gzip;q=0.5" (RFC 9110 section 12.4.2).
// No state; any thread.

#include "common/ascii.hpp"

#include <algorithm>
#include <string_view>

namespace buttond {

/// Takes the next element of a comma-separated list off `list`.
inline std::string_view next_element(std::string_view& list) noexcept {
  const auto comma = list.find(',');
  const auto element = trimmed<' ', '\t'>(list.substr(0, comma));
  list = comma == list.npos ? std::string_view{} : list.substr(comma + 1);
  return element;
}

struct preference {
  std::string_view value;
  int weight;  // in thousandths; 0: not wanted, or malformed
};

/// A weight "0.123" in thousandths; 0 for what is none, so that a malformed preference is not followed.
constexpr int thousandths(std::string_view weight) noexcept {
  if (weight.empty() || (weight[0] != '0' && weight[0] != '1') || weight.size() > 5) return 0;
  int value = (weight[0] - '0') * 1000;
  if (weight.size() == 1) return value;
  if (weight[1] != '.') return 0;
  int unit = 100;
  for (const char digit : weight.substr(2)) {
    if (digit < '0' || digit > '9') return 0;
    value += (digit - '0') * unit;
    unit /= 10;
  }
  return std::min(value, 1000);
}

/// Takes the next preference off `list`.
inline preference next_preference(std::string_view& list) noexcept {
  const auto element = next_element(list);
  const auto semicolon = element.find(';');
  const auto value = trimmed<' ', '\t'>(element.substr(0, semicolon));
  if (semicolon == element.npos) return {value, 1000};
  const auto parameter = trimmed<' ', '\t'>(element.substr(semicolon + 1));
  return {value, starts_with_ignoring_case(parameter, "q=") ? thousandths(parameter.substr(2)) : 0};
}

}  // namespace buttond
