#include "button/handlers/dashboard/fleet.hpp"

#include "button/handlers/dashboard/json_parts.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace buttond {
namespace {

namespace json = boost::json;

/// Reads members that may not be there, or may be anything.
class members {
 public:
  explicit members(const json::object& of) : of_(of) {}

  std::string text(std::string_view name) const {
    const json::value* const found = of_.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
  }

  template <class Number>
  std::optional<Number> number(std::string_view name) const {
    const json::value* const found = of_.if_contains(name);
    if (found == nullptr || !found->is_number()) return std::nullopt;
    error_code failed;
    const Number number = found->to_number<Number>(failed);
    return failed ? std::nullopt : std::optional(number);
  }

  const json::object* object(std::string_view name) const {
    const json::value* const found = of_.if_contains(name);
    return found != nullptr ? found->if_object() : nullptr;
  }

  const json::array* array(std::string_view name) const {
    const json::value* const found = of_.if_contains(name);
    return found != nullptr ? found->if_array() : nullptr;
  }

 private:
  const json::object& of_;
};

std::optional<counted_minute> read_minute(const json::object* said) {
  if (said == nullptr) return std::nullopt;
  const members in(*said);
  counted_minute minute;
  minute.of = in.text("of");
  minute.seen = in.number<std::uint64_t>("seen").value_or(0);
  minute.counted = {in.number<std::int64_t>("counted").value_or(0),
                    in.number<std::int64_t>("clicks").value_or(0),
                    in.number<std::int64_t>("shares").value_or(0)};
  if (const json::object* const reasons = in.object("reasons")) {
    const members each(*reasons);
    for (std::size_t i = 0; i < filter_reasons; ++i)
      minute.reasons[i] = each.number<std::uint64_t>(filter_reason_names[i]).value_or(0);
  }
  return minute;
}

std::vector<recent_link> read_links(const json::array* said) {
  std::vector<recent_link> links;
  if (said == nullptr) return links;
  for (const json::value& each : *said) {
    const json::array* const link = each.if_array();
    if (link == nullptr || link->size() < 4 || !(*link)[0].is_string()) continue;
    const auto number = [&](std::size_t at) {
      error_code failed;
      const auto value = (*link)[at].to_number<std::int64_t>(failed);
      return failed ? 0 : std::max(value, std::int64_t{0});
    };
    links.push_back({std::string((*link)[0].get_string()), {number(1), number(2), number(3)}});
  }
  return links;
}

}  // namespace

std::uint64_t counted_minute::not_counted() const noexcept {
  return std::accumulate(reasons.begin(), reasons.end(), std::uint64_t{0});
}

std::optional<fleet_node> read_report(const node_report& said) {
  error_code failed;
  const json::value value = json::parse(said.text, failed);
  if (failed || !value.is_object()) return std::nullopt;
  const members in(value.get_object());
  fleet_node node;
  node.node = said.node;
  node.at = said.at;
  node.host = in.text("host");
  node.version = in.text("version");
  node.commit = in.text("commit");
  node.started = in.text("started");
  node.state = in.text("state");
  node.minute = read_minute(in.object("minute"));
  node.pending = in.number<std::int64_t>("pending");
  node.at_risk = in.number<std::int64_t>("at_risk");
  node.lost = in.number<std::int64_t>("lost");
  node.oldest_seconds = in.number<double>("oldest_seconds");
  node.hits_percent = in.number<double>("hits_percent");
  node.p99_seconds = in.number<double>("p99_seconds");
  node.disk_free_bytes = in.number<std::int64_t>("disk_free_bytes");
  node.disk_hours = in.number<double>("disk_hours");
  node.top = read_links(in.array("top"));
  return node;
}

std::vector<fleet_node> put_together(fleet_node own, std::span<const node_report> said, wall_time now) {
  own.here = true;
  std::vector<fleet_node> nodes;
  for (const node_report& each : said) {
    if (each.node == own.node) continue;
    auto other = read_report(each);
    if (!other) continue;
    const bool stopped = other->state == stopped_state;
    if (stopped && now - other->at > stopped_shown) continue;
    other->gone = stopped || now - other->at >= gone_after;
    nodes.push_back(std::move(*other));
  }
  std::ranges::sort(nodes, {},
                    [](const fleet_node& each) { return std::tie(each.gone, each.host, each.node); });
  nodes.insert(nodes.begin(), std::move(own));
  return nodes;
}

std::optional<fleet_minute> minute_of(std::span<const fleet_node> nodes) {
  if (nodes.empty() || !nodes.front().minute) return std::nullopt;
  fleet_minute all;
  all.sum.of = nodes.front().minute->of;
  // Others may be about to say what they counted in it: then it is the one before.
  std::string before = all.sum.of;
  if (!nodes.front().minute->of.empty())
    before = utc_text(std::chrono::floor<std::chrono::minutes>(nodes.front().at) - std::chrono::minutes(2));
  for (const fleet_node& each : nodes) {
    if (each.gone || !each.minute || (each.minute->of != all.sum.of && each.minute->of != before)) continue;
    ++all.nodes;
    all.sum.seen += each.minute->seen;
    all.sum.counted += each.minute->counted;
    for (std::size_t i = 0; i < filter_reasons; ++i) all.sum.reasons[i] += each.minute->reasons[i];
  }
  return all;
}

std::vector<recent_link> busiest_of(std::span<const fleet_node> others, std::vector<recent_link> own,
                                    std::size_t most) {
  std::unordered_map<std::string_view, std::size_t> places;
  const auto room =
      std::accumulate(others.begin(), others.end(), own.size(),
                      [](std::size_t sum, const fleet_node& each) { return sum + each.top.size(); });
  std::vector<recent_link> all = std::move(own);
  all.reserve(room);  // the keys stay where they are
  for (std::size_t i = 0; i < all.size(); ++i) places.emplace(all[i].key, i);
  for (const fleet_node& node : others) {
    if (node.here || node.gone) continue;
    for (const recent_link& link : node.top) {
      const auto [found, is_new] = places.try_emplace(link.key, all.size());
      if (is_new)
        all.push_back(link);
      else
        all[found->second].counts += link.counts;
    }
  }
  const auto shown = static_cast<std::ptrdiff_t>(std::min(most, all.size()));
  std::ranges::partial_sort(all, all.begin() + shown, [](const recent_link& left, const recent_link& right) {
    const auto one = weight_of(left.counts);
    const auto other = weight_of(right.counts);
    return one != other ? one > other : left.key < right.key;
  });
  all.resize(static_cast<std::size_t>(shown));
  return all;
}

}  // namespace buttond
