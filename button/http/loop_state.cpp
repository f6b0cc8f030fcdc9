#include "button/http/loop_state.hpp"

#include "button/http/connection.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace buttond::http {
namespace {

/// So many connections are looked at to find one that is idle: more would take longer than to turn one away.
constexpr std::size_t most_looked_at = 256;

}  // namespace

loop_state::loop_state(server_state& of, event_loop& runs_on, request_handler& answers_with)
    : server(of), events(runs_on), handler(answers_with), date(of.time.wall()) {
  output.reserve(input_bytes);
  answers.reserve(of.limit.pipeline + 1);
}

loop_state::~loop_state() = default;

bool loop_state::make_room() {
  const monotonic_time now = server.time.monotonic();
  connection* chosen = nullptr;
  std::size_t looked_at = 0;
  for (connection& each : connections) {
    if (++looked_at > most_looked_at) break;
    const connection::quiet is = each.how_quiet(now);
    if (is == connection::quiet::idle) {
      chosen = &each;
      break;
    }
    if (is == connection::quiet::stalled && chosen == nullptr) chosen = &each;
  }
  if (chosen == nullptr) return false;
  chosen->give_place();
  server.closed_for_room.fetch_add(1, std::memory_order_relaxed);
  if (const auto more = failures.due(now))
    spdlog::warn("more than {} connections ({}): the one that was idle longest was closed{}",
                 server.limit.connections, server.limit.connections_set_by, and_more(*more));
  return true;
}

void loop_state::make_memory() {
  const std::size_t most = server.limit.waiting_bytes;
  const std::size_t part = most / server.loops;
  const auto is_over = [this](std::size_t all, std::size_t own) {
    return server.waiting_bytes.load(std::memory_order_relaxed) > all && waiting_bytes > own;
  };
  if (!is_over(most, part)) return;
  std::map<address_bytes, std::size_t> of_peer;
  std::vector<std::pair<connection*, address_bytes>> keeping;
  for (connection& each : connections) {
    if (each.kept_bytes() == 0) continue;
    keeping.emplace_back(&each, each.peer_address());
    of_peer[keeping.back().second] += each.kept_bytes();
  }
  std::ranges::sort(keeping, std::greater(), [&of_peer](const auto& each) {
    return std::pair(of_peer.at(each.second), each.first->kept_bytes());
  });
  // To an eighth below, so that this is not done for every byte that comes.
  std::uint64_t closed = 0;
  for (const auto& [which, peer] : keeping) {
    if (!is_over(most - most / 8, part - part / 8)) break;
    which->give_up();
    ++closed;
  }
  server.closed_for_memory.fetch_add(closed, std::memory_order_relaxed);
  if (const auto more = failures.due(server.time.monotonic()))
    spdlog::warn(
        "requests and answers that wait take more than {} bytes (--max-waiting-bytes): {} connections "
        "of those who keep the most were closed{}",
        most, closed, and_more(*more));
}

}  // namespace buttond::http
