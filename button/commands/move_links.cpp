#include "button/commands/move_links.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace buttond {
namespace {

using namespace std::chrono_literals;

/// transactionLifetimeLimitSeconds is 60, and the server looks for what is older each half of that.
constexpr auto longest_wait = 100s;
constexpr auto between_tries = 250ms;

bool may_help_to_wait(const error_code& error) {
  return error == errc::store_unavailable || error == errc::store_timeout || error == errc::store_no_primary;
}

result<std::vector<link_moved>> move_in_time(store& in, std::span<const link_move> moves, move_mode mode) {
  const auto end = std::chrono::steady_clock::now() + longest_wait;
  for (;;) {
    auto moved = in.move(moves, mode);
    if (moved || !may_help_to_wait(moved.error()) || std::chrono::steady_clock::now() > end) return moved;
    std::this_thread::sleep_for(between_tries);
  }
}

}  // namespace

result<std::vector<result<link_moved>>> move_links(store& in, std::span<const link_move> moves,
                                                   move_mode mode) {
  std::vector<result<link_moved>> all;
  all.reserve(moves.size());
  auto most = store::moves_in_call;
  while (!moves.empty()) {
    const auto some = moves.first(std::min(most, moves.size()));
    auto moved = move_in_time(in, some, mode);
    if (!moved && moved.error() != errc::store_refused) return moved.error();
    if (!moved && some.size() > 1) {
      most = 1;  // which of them it is shows when each goes alone
      continue;
    }
    if (moved)
      all.insert(all.end(), moved->begin(), moved->end());
    else
      all.emplace_back(moved.error());
    moves = moves.subspan(some.size());
  }
  return all;
}

}  // namespace buttond
