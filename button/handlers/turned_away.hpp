#pragma once
// Who and what was seen and not counted: the words by which robots call themselves, and the hosts of the
// links, by the reason. The busiest of each, in memory only, of this hour and the one before. One a loop,
// touched only where something is filtered; nothing of a request that asks not to be tracked but its link's
// host. Loop thread only.

#include "button/impressions/books.hpp"
#include "common/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// A copy, of one loop or of several together.
struct turned_away_numbers {
  struct agent {
    std::string word;  // printable ASCII, at most 40 bytes: "GPTBot"
    std::uint64_t events = 0;
  };
  struct host {
    std::string name;  // the site of the link, at most 80 bytes
    std::array<std::uint64_t, filter_reasons> events{};
  };
  std::vector<agent> agents;  // the busiest first
  std::vector<host> hosts;    // the busiest first
  monotonic_time since;       // what it is of; the latest of the loops'

  turned_away_numbers& operator+=(const turned_away_numbers& other);
};

}  // namespace buttond
