// Any bytes as a User-Agent: a text of the list makes a robot of it exactly where a plain search finds it,
// what stands beyond the first 512 bytes is no matter, and a loop remembers the same verdict.

#include "button/handlers/bots/bot_memo.hpp"
#include "button/handlers/bots/bot_signs.hpp"
#include "button/handlers/bots/listed_bots.hpp"
#include "common/ascii.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buttond {
namespace {

/// Written anew: one text after the other.
bool is_listed(std::string_view agent) {
  std::string small(agent);
  std::transform(small.begin(), small.end(), small.begin(), ascii_lower);
  const auto listed = listed_bots();
  const bool has_brackets = agent.find_first_of("([") != std::string_view::npos;
  return std::any_of(listed.begin(), listed.end(), [&](const listed_bot& bot) {
    if (has_brackets && !bot.any_case) return false;  // a device may have a short name
    const std::string_view text = bot.any_case ? std::string_view(small) : agent;
    for (auto at = text.find(bot.text); at != std::string_view::npos; at = text.find(bot.text, at + 1)) {
      if (bot.at_start && at != 0) continue;
      if (bot.at_end && at + bot.text.size() != text.size()) continue;
      if (agent.substr(0, at).find(bot.after) != std::string_view::npos) return true;
    }
    return false;
  });
}

void check(std::string_view agent) {
  static const bot_signs signs;
  static bot_memo memo;
  const bool bot = signs.is_bot(agent);
  const std::string_view read = agent.substr(0, 512);
  require(bot || !is_listed(read), "a robot of the list is one");
  require(signs.is_bot(read) == bot, "what stands beyond is no matter");
  require(memo.is_bot(agent, signs) == bot, "what is looked through is remembered");
  require(memo.is_bot(agent, signs) == bot, "what is remembered is the same");
}

}  // namespace
}  // namespace buttond

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buttond::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
