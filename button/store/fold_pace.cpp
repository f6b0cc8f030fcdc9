#include "button/store/fold_pace.hpp"

#include <algorithm>
#include <thread>

namespace buttond {
namespace {

using namespace std::chrono_literals;

// As a multiple of the time that a part took: who reads meanwhile finds the database idle mostly.
constexpr int rest_after_part = 2;
constexpr std::chrono::steady_clock::duration longest_rest = 500ms;

}  // namespace

result<bool> fold_pace::between_parts(std::chrono::steady_clock::duration took, std::string& why) {
  if (turn_ == fold_turn::in_turn)
    std::this_thread::sleep_for(std::min(rest_after_part * took, longest_rest));
  if (turn_ == fold_turn::stopped) return false;
  const auto now = std::chrono::steady_clock::now();
  if (now - leased_ < renew_each_) return true;
  leased_ = now;
  return document_.renew_lease(why);
}

}  // namespace buttond
