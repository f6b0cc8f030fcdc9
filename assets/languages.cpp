#include "assets/languages.hpp"

#include "assets/preferences.hpp"
#include "common/ascii.hpp"
#include "common/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace buttond {
namespace {

constexpr int most_preferences = 32;
constexpr std::size_t longest_range = 40;  // of what is longer the end is passed over

bool equals_ignoring_both_cases(std::string_view one, std::string_view other) noexcept {
  return std::ranges::equal(one, other, {}, ascii_lower, ascii_lower);
}

/// The language that serves who asks for `range`: that itself, else what is left of it without its last part.
std::optional<std::size_t> find_language(std::string_view range) noexcept {
  range = range.substr(0, longest_range);
  while (!range.empty()) {
    const auto found = std::ranges::find_if(
        languages(), [range](const language& each) { return equals_ignoring_both_cases(each.tag, range); });
    if (found != languages().end()) return static_cast<std::size_t>(found - languages().begin());
    const auto hyphen = range.rfind('-');
    range = range.substr(0, hyphen == range.npos ? 0 : hyphen);
  }
  return std::nullopt;
}

}  // namespace

std::size_t choose_language(std::string_view accept_language) noexcept {
  std::optional<std::size_t> best;
  int best_weight = 0;
  int of_any = 0;
  bool names_default = false;
  for (int seen = 0; !accept_language.empty() && seen < most_preferences; ++seen) {
    const auto [range, weight] = next_preference(accept_language);
    if (range == "*") of_any = weight;
    const auto found = find_language(range);
    if (!found) continue;
    names_default = names_default || *found == 0;
    if (weight <= best_weight) continue;
    best = found;
    best_weight = weight;
  }
  // "*" is for the languages that are not named.
  if (of_any > best_weight && !names_default) return 0;
  return best.value_or(0);
}

std::string_view word_of(const language& of, std::string_view name) {
  const auto at = std::ranges::lower_bound(of.words, name, {}, &language_word::name);
  if (at == of.words.end() || at->name != name)
    throw startup_error(fmt::format("this build has no word {}: build again from a complete source", name));
  return at->text;
}

std::string language_fields(const language& of) {
  return fmt::format("Content-Language: {}\r\nVary: Accept-Language\r\n", of.tag);
}

}  // namespace buttond
