#include "button/commands/explain.hpp"

#include "common/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace buttond {

int run_explain(std::string_view url, const key_rules& rules, std::ostream& out) {
  const key_explanation explained = explain_key(url, rules);
  std::size_t width = 0;
  for (const key_step& step : explained.steps) width = std::max(width, step.rule.size());
  for (const key_step& step : explained.steps)
    out << fmt::format("{:<{}}  {}\n", step.rule, width, printable(step.url));
  if (explained.key) {
    out << fmt::format("\nkey   {}\nsite  {}\n", printable(*explained.key),
                       printable(site_of(*explained.key)));
    return 0;
  }
  out << fmt::format("\nno key: {}\n", explained.key.error().message());
  return 1;
}

}  // namespace buttond
