// Any bytes as an Accept-Language: the language is the one that a plain reading comes to, which asks of each
// language how much it is wanted, instead of each preference which language it means.

#include "assets/languages.hpp"
#include "common/ascii.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {
namespace {

struct wish {
  std::string range;  // in lower case
  double weight;
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), ascii_lower);
  return out;
}

/// "1", "0.25", with three digits at most; 0 for all else.
double weight_of(std::string_view parameter) {
  if (lower(parameter.substr(0, 2)) != "q=") return 0;
  const std::string number(parameter.substr(2));
  const bool is_number = !number.empty() && number.size() <= 5 && (number[0] == '0' || number[0] == '1') &&
                         (number.size() == 1 || number[1] == '.') &&
                         number.find_first_not_of("0123456789", 2) == std::string::npos;
  return is_number ? std::min(std::strtod(number.c_str(), nullptr), 1.0) : 0;
}

std::vector<wish> wishes_of(std::string_view field) {
  std::vector<wish> wishes;
  while (!field.empty() && wishes.size() < 32) {
    const auto comma = std::min(field.find(','), field.size());
    const std::string_view element = trimmed<' ', '\t'>(field.substr(0, comma));
    field.remove_prefix(std::min(comma + 1, field.size()));
    const auto semicolon = element.find(';');
    const bool weighed = semicolon != std::string_view::npos;
    wishes.push_back({lower(trimmed<' ', '\t'>(element.substr(0, semicolon))).substr(0, 40),
                      weighed ? weight_of(trimmed<' ', '\t'>(element.substr(semicolon + 1))) : 1});
  }
  return wishes;
}

/// Whether who asks for `range` is served by `tag`, and by no longer one.
bool is_for(const std::string& range, const std::string& tag) {
  const auto begins = [&range](const std::string& with) {
    return range.starts_with(with) && (range.size() == with.size() || range[with.size()] == '-');
  };
  return begins(tag) && std::ranges::none_of(languages(), [&](const language& other) {
           return other.tag.size() > tag.size() && begins(lower(other.tag));
         });
}

void check(std::string_view field) {
  const auto wishes = wishes_of(field);
  std::size_t expected = 0;
  double best = 0;
  std::size_t best_at = wishes.size();
  bool names_english = false;
  for (std::size_t number = 0; number < languages().size(); ++number) {
    const std::string tag = lower(languages()[number].tag);
    for (std::size_t at = 0; at < wishes.size(); ++at) {
      if (!is_for(wishes[at].range, tag)) continue;
      names_english = names_english || number == 0;
      if (wishes[at].weight < best || (wishes[at].weight == best && at > best_at) || wishes[at].weight == 0)
        continue;
      expected = number;
      best = wishes[at].weight;
      best_at = at;
    }
  }
  double of_any = 0;
  for (const wish& each : wishes)
    if (each.range == "*") of_any = each.weight;
  if (of_any > best && !names_english) expected = 0;
  require(choose_language(field) == expected, "the language is the one that is wanted most");
}

}  // namespace
}  // namespace buttond

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buttond::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
