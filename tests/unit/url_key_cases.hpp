#pragma once
// A row of the tables that specify keys: a URL and its key, or the error that it is refused with.

#include "common/url_key.hpp"

#include <initializer_list>
#include <string_view>
#include <variant>

namespace buttond {

struct url_case {
  std::string_view url;
  std::variant<std::string_view, errc> outcome;
};

/// Checks that each row is as it says, that the key of the key is itself, and that explain_key ends with it.
void check(std::initializer_list<url_case> cases, const key_rules& rules = {});

}  // namespace buttond
