#pragma once
// A flag: what --help says of it, how its value is read, and how it is said again. One table of them
// (flags.hpp) serves the command line, the environment, the configuration file and `buttond check`.

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// How a configuration file writes it.
enum class value_kind : std::uint8_t {
  text,    // in quotes
  number,  // as a number, or in quotes with a unit
  on_off,  // true or false
};

struct flag {
  std::string name;  // without dashes, as in the configuration file: "cache-bytes"
  std::string type;  // as --help names it; empty for on_off
  std::string help;
  value_kind kind = value_kind::text;
  bool repeatable = false;
  std::string example{};  // a value that does
  /// Sets the setting to these texts, which are one where the flag is not repeatable. Throws startup_error
  /// that says what is wrong with them and what would do, without naming the flag.
  std::function<void(const std::vector<std::string>&)> take;
  /// The setting as one writes it, secrets masked.
  std::function<std::string()> show;

  /// "--cache-bytes"
  std::string option() const { return "--" + name; }

  /// "BUTTOND_CACHE_BYTES"
  std::string variable() const {
    std::string variable = "BUTTOND_" + name;
    std::ranges::replace(variable, '-', '_');
    std::ranges::transform(variable, variable.begin(), [](unsigned char c) { return std::toupper(c); });
    return variable;
  }
};

/// What somebody gave a flag.
struct given_value {
  std::vector<std::string> texts;
  std::string from;   // "the command line", "BUTTOND_EPOCH", "/etc/buttond/buttond.toml:7"
  std::string label;  // before what is wrong with it: "--epoch", "BUTTOND_EPOCH", "/etc/..:7: epoch"
};

/// By the flag's name.
using given_values = std::map<std::string, given_value, std::less<>>;

/// The flag of that name; null where there is none.
inline const flag* find_flag(const std::vector<flag>& flags, std::string_view name) {
  const auto found = std::ranges::find(flags, name, &flag::name);
  return found == flags.end() ? nullptr : &*found;
}

}  // namespace buttond
