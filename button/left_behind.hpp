#pragma once
// What a server that stops leaves behind, as one sentence for the log. No state: any thread.

#include "button/impressions/per_kind.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace buttond {

struct counts_left {
  event_totals events;
  std::uint64_t shares =
      0;  // of readers; those among `events` are in their links, and only missing in their day

  friend bool operator==(const counts_left&, const counts_left&) = default;
};

struct left_behind {
  std::filesystem::path directory;  // --data
  counts_left kept;                 // in the directory
  counts_left lost;                 // in memory only, until now
  counts_left lost_before;          // which the log told of when it happened

  bool has_losses() const noexcept { return lost != counts_left{} || lost_before != counts_left{}; }
};

/// "stopped: ..."
std::string describe(const left_behind& left);

}  // namespace buttond
