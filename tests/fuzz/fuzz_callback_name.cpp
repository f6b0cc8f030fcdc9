// Any bytes as the name of a callback: what is let through is of letters that mean nothing else to a script,
// and a path is let through exactly where its first name is and each further one would be behind another.

#include "button/handlers/callback_name.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buttond {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";

/// Written anew, from ECMAScript's IdentifierName as far as it is ASCII.
bool is_name(std::string_view text) {
  return !text.empty() && letters.find(text.front()) != std::string_view::npos &&
         std::ranges::all_of(text, [](char c) {
           return letters.find(c) != std::string_view::npos || (c >= '0' && c <= '9');
         });
}

/// What a few of the browser's own are; a callback that reaches one of them was let through in error.
bool is_the_browsers(std::string_view first) {
  return first == "alert" || first == "document" || first == "eval" || first == "location" ||
         first == "parent" || first == "self" || first == "top" || first == "window";
}

bool is_an_elements(std::string_view further) {
  return further == "click" || further == "constructor" || further == "forms" || further == "prototype" ||
         further == "submit";
}

void check(std::string_view path) {
  bool expected = path.size() <= max_callback;
  std::string_view rest = path;
  for (bool first = true; expected; first = false) {
    const auto dot = rest.find('.');
    const auto part = rest.substr(0, dot);
    if (!is_name(part) || (first ? is_the_browsers(part) : is_an_elements(part)))
      expected = false;
    else
      expected = first ? is_callback_name(part)
                       : part.size() + 2 > max_callback || is_callback_name("x." + std::string(part));
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  require(is_callback_name(path) == expected, "a path is let through where each of its names is");
}

}  // namespace
}  // namespace buttond

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buttond::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
