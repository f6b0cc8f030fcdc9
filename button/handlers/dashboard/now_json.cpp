// A view of what is going on now as JSON.

#include "button/handlers/dashboard/now.hpp"
#include "button/version.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string_view>

namespace buttond {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object server_json(const now_view& view, const dashboard_parts& parts) {
  const fleet_node* const own = view.nodes.empty() ? nullptr : &view.nodes.front();
  const std::string& name = parts.name.empty() && own != nullptr ? own->host : parts.name;
  return {{"name", name},
          {"node", own != nullptr ? text_or_null(own->node) : nullptr},
          {"host", own != nullptr ? text_or_null(own->host) : nullptr},
          {"version", version()},
          {"commit", commit()},
          {"store", parts.store_kind}};
}

json::object verdict_json(const verdict& judged) {
  json::array problems;
  for (const problem& each : judged.problems) {
    problems.push_back(
        {{"level", name_of(each.level)}, {"what", each.what}, {"todo", each.todo}, {"more", each.more}});
  }
  return {{"state", name_of(judged.state)}, {"words", judged.words}, {"problems", std::move(problems)}};
}

json::value minute_json(const std::optional<fleet_minute>& minute) {
  if (!minute) return nullptr;
  const counted_minute& sum = minute->sum;
  return {{"of", sum.of},
          {"nodes", minute->nodes},
          {"seen", sum.seen},
          {"counted", sum.counted.impressions},
          {"clicks", sum.counted.clicks},
          {"shares", sum.counted.shares},
          {"not_counted", sum.not_counted()},
          {"reasons", reasons_json(sum.reasons)}};
}

json::object shared_json(const now_view& view) {
  json::array links;
  for (const shared_link& each : view.shared) {
    json::object link{{"key", each.link.key}, {"url", "https://" + each.link.key}};
    for (auto& [name, number] : to_json(each.link.counts)) link[name] = number;
    link["all"] = to_json(each.all);
    links.push_back(std::move(link));
  }
  return {{"minutes", shared_minutes.count()}, {"nodes", view.nodes_there}, {"links", std::move(links)}};
}

json::object not_counted_json(const now_view& view) {
  json::array agents;
  for (const auto& each : view.turned_away.agents)
    agents.push_back({{"word", each.word}, {"events", each.events}});
  json::array hosts;
  for (const auto& each : view.turned_away.hosts) {
    json::object reasons;
    std::uint64_t events = 0;
    for (std::size_t i = 0; i < filter_reasons; ++i) {
      events += each.events[i];
      if (each.events[i] > 0) reasons[filter_reason_names[i]] = each.events[i];
    }
    hosts.push_back({{"host", each.name}, {"events", events}, {"reasons", std::move(reasons)}});
  }
  return {{"hours", view.turned_away_hours}, {"agents", std::move(agents)}, {"hosts", std::move(hosts)}};
}

json::value minute_of_node(const std::optional<counted_minute>& minute) {
  if (!minute) return nullptr;
  return {{"seen", minute->seen},
          {"counted", minute->counted.impressions},
          {"not_counted", minute->not_counted()}};
}

json::object node_json(const fleet_node& node) {
  return {{"node", node.node},
          {"host", node.host},
          {"here", node.here},
          {"gone", node.gone},
          {"version", text_or_null(node.version)},
          {"commit", text_or_null(node.commit)},
          {"started", text_or_null(node.started)},
          {"at", utc_text(node.at)},
          {"state", text_or_null(node.state)},
          {"minute", minute_of_node(node.minute)},
          {"pending", or_null(node.pending)},
          {"at_risk", or_null(node.at_risk)},
          {"lost", or_null(node.lost)},
          {"oldest_seconds", or_null(node.oldest_seconds)},
          {"hits_percent", or_null(node.hits_percent)},
          {"p99_seconds", or_null(node.p99_seconds)},
          {"disk_free_bytes", or_null(node.disk_free_bytes)},
          {"disk_hours", or_null(node.disk_hours)}};
}

}  // namespace

json::value to_json(const now_view& view, const dashboard_parts& parts) {
  json::array nodes;
  for (const fleet_node& each : view.nodes) nodes.push_back(node_json(each));
  return {{"server", server_json(view, parts)},   {"at", utc_text(view.at)},
          {"verdict", verdict_json(view.judged)}, {"minute", minute_json(view.minute)},
          {"shared", shared_json(view)},          {"not_counted", not_counted_json(view)},
          {"fleet", name_of(view.fleet)},         {"nodes", std::move(nodes)}};
}

}  // namespace buttond
