#pragma once
// Remembers the robot that was named last: one asks many times in a row, and for many links at once. Owned by
// a loop; loop thread only. Allocates nothing.

#include "button/handlers/bots/bot_signs.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <string_view>

namespace buttond {

class last_bot {
 public:
  /// As signs.name_in(agent); a part of `agent`.
  std::string_view name_in(std::string_view agent, const bot_signs& signs) noexcept {
    if (agent.empty() || std::string_view(agent_.data(), size_) != agent) {
      const std::string_view name = signs.name_in(agent);
      const std::less<const char*> before;
      if (agent.size() > agent_.size() || before(name.data(), agent.data()) ||
          before(agent.data() + agent.size(), name.data()))
        return name;
      size_ = agent.copy(agent_.data(), agent_.size());
      begin_ = static_cast<std::size_t>(name.data() - agent.data());
      length_ = name.size();
    }
    return agent.substr(begin_, length_);
  }

 private:
  std::array<char, 512> agent_{};
  std::size_t size_ = 0;
  std::size_t begin_ = 0;  // of the name in it
  std::size_t length_ = 0;
};

}  // namespace buttond
