// Says of each agent, a line of its input, whether the filter takes it for a robot: 1 or 0. With the argument
// --nanoseconds, the CPU time that it takes, the least of several times. tests/agents runs it.

#include "button/handlers/bots/bot_signs.hpp"

#include <algorithm>
#include <ctime>
#include <iostream>
#include <limits>
#include <string>
#include <string_view>

namespace {

double cpu_nanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double nanoseconds_of(const buttond::bot_signs& signs, std::string_view agent) {
  constexpr int looks = 50;
  double quickest = std::numeric_limits<double>::max();
  for (int time = 0; time < 5; ++time) {
    int found = 0;
    const double begin = cpu_nanoseconds();
    for (int look = 0; look < looks; ++look) found += signs.is_bot(agent) ? 1 : 0;
    const double taken = cpu_nanoseconds() - begin;
    if (found == 0 || found == looks) quickest = std::min(quickest, taken / looks);
  }
  return quickest;
}

}  // namespace

int main(int count, char** arguments) {
  std::ios::sync_with_stdio(false);
  const bool measures = count > 1 && std::string_view(arguments[1]) == "--nanoseconds";
  const buttond::bot_signs signs;
  for (std::string agent; std::getline(std::cin, agent);) {
    if (measures)
      std::cout << nanoseconds_of(signs, agent) << '\n';
    else
      std::cout << (signs.is_bot(agent) ? '1' : '0') << '\n';
  }
}
