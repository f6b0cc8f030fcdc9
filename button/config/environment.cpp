#include "button/config/environment.hpp"

#include "button/config/suggestion.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace buttond {
namespace {

std::vector<std::string> split_list(std::string_view text) {
  constexpr std::string_view separators = ", \t\r\n";
  std::vector<std::string> items;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
    if (text.empty()) return items;
    const auto end = std::min(text.find_first_of(separators), text.size());
    items.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

/// Set by others who mean something else: Kubernetes has BUTTOND_PORT, BUTTOND_SERVICE_HOST,
/// BUTTOND_ADMIN_PORT_8081_TCP and more for Services of such names, and the tests of buttond name their own
/// things.
bool is_of_others(std::string_view variable) {
  return variable.find("_PORT") != std::string_view::npos ||
         variable.find("_SERVICE_") != std::string_view::npos || variable.starts_with("BUTTOND_TEST_") ||
         variable == "BUTTOND_BINARY";
}

}  // namespace

const char* environment_value(const char* variable) noexcept {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

given_values read_environment(const std::vector<flag>& flags) {
  given_values given;
  for (const flag& each : flags) {
    const std::string variable = each.variable();
    const char* value = environment_value(variable.c_str());
    if (value == nullptr) continue;
    std::vector<std::string> texts = each.repeatable ? split_list(value) : std::vector<std::string>{value};
    if (!texts.empty()) given[each.name] = {std::move(texts), variable, variable};
  }
  return given;
}

std::vector<std::string> unread_variables(const std::vector<flag>& flags) {
  constexpr std::string_view prefix = "BUTTOND_";
  std::vector<std::string> known{variable_of_file};
  for (const flag& each : flags) known.push_back(each.variable());
  std::vector<std::string> told;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = std::string_view(*entry).substr(0, std::string_view(*entry).find('='));
    if (!variable.starts_with(prefix) || std::ranges::find(known, variable) != known.end()) continue;
    if (is_of_others(variable)) continue;
    // Compared without what they all begin with.
    std::vector<std::string> names;
    for (const std::string& each : known) names.push_back(each.substr(prefix.size()));
    const std::string meant = nearest_name(variable.substr(prefix.size()), names);
    told.push_back(fmt::format("the environment's {} is not read: there is no such setting{}", variable,
                               meant.empty() ? "" : fmt::format("; did you mean {}{}?", prefix, meant)));
  }
  return told;
}

}  // namespace buttond
