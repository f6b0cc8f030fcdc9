#include "button/handlers/dashboard/now.hpp"

#include "button/handlers/dashboard/awaited.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds loop_patience{1};
constexpr std::size_t shared_of_node = 100;
constexpr std::size_t shared_shown = 50;
constexpr std::size_t counted_in_all = 20;

}  // namespace

std::shared_ptr<const now_view> now_maker::look() {
  const auto now = parts_.time.monotonic();
  if (!last_ || now - made_ >= 1s) {
    last_ = std::make_shared<const now_view>(make());
    made_ = now;
  }
  return last_;
}

now_view now_maker::make() {
  now_view view;
  view.at = parts_.time.wall();
  const auto snapshot = awaited<metrics_snapshot>(parts_.take_snapshot, loop_patience);
  if (!snapshot) {
    view.judged = judge_silence();
    return view;
  }
  const node_report own_report = parts_.report_of(*snapshot);
  fleet_node own = read_report(own_report).value_or(fleet_node());
  own.node = own_report.node;
  own.at = own_report.at;
  const auto said = fleet_.reports();
  view.fleet = said.state;
  view.nodes = put_together(std::move(own), said.said, view.at);
  view.judged = judge(*snapshot, parts_.store_kind, view.nodes);
  view.nodes.front().state = name_of(view.judged.state);
  view.minute = minute_of(view.nodes);
  view.nodes_there = static_cast<int>(std::ranges::count(view.nodes, false, &fleet_node::gone));
  view.turned_away = parts_.turned_away().value_or(turned_away_numbers{{}, {}, parts_.time.monotonic()});
  const auto turned_away_for = parts_.time.monotonic() - view.turned_away.since;
  view.turned_away_hours =
      std::clamp(static_cast<int>(std::chrono::ceil<std::chrono::hours>(turned_away_for).count()), 1, 2);

  std::vector<std::string> keys;
  for (recent_link& each :
       busiest_of(view.nodes, parts_.recent.top(shared_minutes, shared_of_node), shared_shown)) {
    if (keys.size() < counted_in_all) keys.push_back(each.key);
    view.shared.push_back({std::move(each), std::nullopt});
  }
  if (view.fleet != store_answer::ok) return view;
  const auto in_all = fleet_.counts_of(std::move(keys));
  for (shared_link& each : view.shared) {
    if (const auto found = in_all.find(each.link.key); found != in_all.end()) each.all = found->second;
  }
  return view;
}

}  // namespace buttond
