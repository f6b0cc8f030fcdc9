#pragma once
// Whether all is well, in words for a person, and what to do where it is not: out of what the metrics say.
// What hurts most stands first. No state: any thread.

#include "button/handlers/dashboard/fleet.hpp"
#include "button/handlers/metrics/metrics.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

enum class urgency : std::uint8_t {
  ok,
  look,  // a person should look at it
  act    // a person must do something, now
};
inline constexpr std::array<std::string_view, 3> urgency_names{"ok", "look", "act"};
constexpr std::string_view name_of(urgency level) noexcept {
  return urgency_names[static_cast<std::size_t>(level)];
}

struct problem {
  urgency level = urgency::look;
  std::string what;       // a sentence
  std::string todo;       // another one
  std::string_view more;  // the anchor of README's section about it
};

struct verdict {
  urgency state = urgency::ok;
  std::string words;
  std::vector<problem> problems;
};

/// `store_kind`: as store::kind(). `nodes`: this node first, then those that it knows of.
verdict judge(const metrics_snapshot& numbers, std::string_view store_kind,
              std::span<const fleet_node> nodes);

/// Where this node's own loops do not answer.
verdict judge_silence();

/// All anchors that a problem may name.
std::span<const std::string_view> verdict_anchors() noexcept;

}  // namespace buttond
