#include "tests/unit/url_key_cases.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace buttond {
namespace {

std::string outcome_of(std::string_view url, const key_rules& rules) {
  key_buffer buffer;
  const auto key = make_key(url, rules, buffer);
  return key ? std::string(*key) : key.error().message();
}

}  // namespace

void check(std::initializer_list<url_case> cases, const key_rules& rules) {
  for (const auto& [url, outcome] : cases) {
    INFO(url);
    const auto* key = std::get_if<std::string_view>(&outcome);
    const std::string expected = key ? std::string(*key) : make_error_code(std::get<errc>(outcome)).message();
    CHECK(outcome_of(url, rules) == expected);
    const auto explanation = explain_key(url, rules);
    CHECK((explanation.key ? *explanation.key : explanation.key.error().message()) == expected);
    if (!key) continue;
    CHECK(outcome_of(*key, rules) == expected);
    CHECK((explanation.steps.empty() ? std::string(url) : explanation.steps.back().url) == expected);
  }
}

}  // namespace buttond
