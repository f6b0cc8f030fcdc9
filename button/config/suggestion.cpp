#include "button/config/suggestion.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace buttond {
namespace {

std::string as_compared(std::string_view name) {
  name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
  std::string plain(name);
  std::ranges::transform(plain, plain.begin(), ascii_lower);
  std::ranges::replace(plain, '_', '-');
  return plain;
}

/// How many letters must be changed, added, left out, or exchanged with their neighbour (the optimal string
/// alignment distance).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> steps(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        steps[i][j] = i + j;
        continue;
      }
      steps[i][j] = std::min(
          {steps[i - 1][j] + 1, steps[i][j - 1] + 1, steps[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
    }
  }
  return steps.back().back();
}

/// Whether the one is the other with words before or behind it: "token-file" and "api-token-file".
bool has_as_words(const std::string& whole, const std::string& part) {
  return part.size() >= 4 && part.size() < whole.size() &&
         (whole.starts_with(part + "-") || whole.ends_with("-" + part));
}

}  // namespace

std::string nearest_name(std::string_view written, const std::vector<std::string>& names) {
  constexpr std::size_t longest = 64;  // whoever wrote more meant something else
  const std::string plain = as_compared(written.substr(0, longest));
  std::string best;
  std::size_t least = std::max<std::size_t>(plain.size() / 3, 1) + 1;
  for (const std::string& name : names) {
    const std::size_t steps = distance(plain, as_compared(name));
    if (steps >= least) continue;
    least = steps;
    best = name;
  }
  if (!best.empty() && least <= 1) return best;
  const auto related = std::ranges::find_if(names, [&](const std::string& name) {
    const std::string known = as_compared(name);
    return has_as_words(known, plain) || has_as_words(plain, known);
  });
  return related == names.end() ? best : *related;
}

std::string did_you_mean(std::string_view written, const std::vector<std::string>& names) {
  const std::string name = nearest_name(written, names);
  return name.empty() ? std::string() : "; did you mean " + name + "?";
}

}  // namespace buttond
