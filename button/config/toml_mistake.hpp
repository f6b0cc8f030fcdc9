#pragma once
// What is wrong with a line that is not TOML, in the words of somebody who writes settings and not parsers.

#include "button/config/flag.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// Where a line is wrong, and a sentence about it; for a parser, where it stopped and what it says of that.
struct toml_mistake {
  std::size_t line;  // from 1
  std::string what;
};

/// What the mistake is that stopped a parser, and what to write instead; quotes nothing of a value that may
/// be a secret.
toml_mistake explain_toml_mistake(std::string_view document, const toml_mistake& stop,
                                  const std::vector<flag>& flags);

}  // namespace buttond
