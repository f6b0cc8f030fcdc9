#pragma once
// The public list of robots that compile_list.py has made C++ of: crawler-user-agents, MIT
// (crawler-user-agents.LICENSE). readings.json says what of it is read otherwise, and why.

#include <span>
#include <string_view>

namespace buttond {

/// A text by which a robot is known.
struct listed_bot {
  std::string_view text;   // at least 3 bytes of printable ASCII; in lower case where any case is meant
  std::string_view after;  // what stands somewhere before it; mostly nothing
  bool any_case = false;
  bool at_start = false;
  bool at_end = false;
};

std::span<const listed_bot> listed_bots() noexcept;

/// What agents begin with that are counted on purpose, in lower case; any case is meant.
std::span<const std::string_view> counted_agents() noexcept;

}  // namespace buttond
