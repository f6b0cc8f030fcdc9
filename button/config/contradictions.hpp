#pragma once
// Settings that are well each by itself, and not together or not on this machine.

#include "button/config.hpp"
#include "button/config/flag.hpp"

#include <string>
#include <utility>
#include <vector>

namespace buttond {

struct contradictions {
  std::vector<std::pair<std::string, std::string>> problems;  // a flag, and why it would not start
  std::vector<std::string> warnings;                          // what would, and is most likely not meant
};

/// `given`: where each setting is from, for what is said about it.
contradictions find_contradictions(const config& settings, const given_values& given);

}  // namespace buttond
