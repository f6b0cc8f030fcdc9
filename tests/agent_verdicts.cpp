// Says of each agent, a line of its input, whether the filter takes it for a robot: 1 or 0. tests/agents runs
// it.

#include "button/handlers/bots/bot_signs.hpp"

#include <iostream>
#include <string>

int main() {
  std::ios::sync_with_stdio(false);
  const buttond::bot_signs signs;
  for (std::string agent; std::getline(std::cin, agent);)
    std::cout << (signs.is_bot(agent) ? '1' : '0') << '\n';
}
