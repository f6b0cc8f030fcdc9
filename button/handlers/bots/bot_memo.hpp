#pragma once
// Remembers what bot_signs said of the User-Agents that a loop saw lately: a few of them make most requests,
// and comparing one takes a tenth of looking through it. Owned by a loop; loop thread only. Allocates
// nothing.

#include "button/handlers/bots/bot_signs.hpp"
#include "common/ascii.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

class bot_memo {
 public:
  /// As signs.is_bot(agent), of the same signs each time.
  bool is_bot(std::string_view agent, const bot_signs& signs) noexcept {
    if (agent.size() < 16 || agent.size() > longest) return signs.is_bot(agent);
    entry& known = entries_[place_of(agent)];
    if (std::string_view(known.agent.data(), known.size) != agent) {
      known.size = agent.copy(known.agent.data(), longest);
      known.bot = signs.is_bot(agent);
    }
    return known.bot;
  }

 private:
  static constexpr std::size_t longest = 240;
  static constexpr unsigned place_bits = 6;

  struct entry {
    std::size_t size = 0;
    bool bot = false;
    std::array<char, longest> agent;
  };

  /// From its middle and its end, where most agents differ. Two that share a place push each other out, and
  /// each is looked through again.
  static std::size_t place_of(std::string_view agent) noexcept {
    const std::uint64_t middle = load_word(agent.data() + agent.size() / 2 - 4);
    const std::uint64_t end = load_word(agent.data() + agent.size() - 8);
    return ((middle * 3 + end + agent.size()) * 0x9E3779B97F4A7C15) >> (64 - place_bits);
  }

  std::array<entry, std::size_t{1} << place_bits> entries_{};
};

}  // namespace buttond
