#include "button/handlers/dashboard/node_report.hpp"

#include "button/handlers/dashboard/json_parts.hpp"
#include "button/version.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace buttond {
namespace {

namespace json = boost::json;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

/// As Prometheus' histogram_quantile() reckons it: evenly spread within a bucket, and no more than the last
/// boundary.
std::optional<double> p99_between(const request_metrics& before, const request_metrics& after) {
  constexpr std::array of{route_group::counts, route_group::pages};
  std::array<std::uint64_t, request_boundaries.size() + 1> counts{};
  std::uint64_t all = 0;
  for (const route_group group : of) {
    const auto number = static_cast<std::size_t>(group);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::uint64_t more = after.durations(number).count(i) - before.durations(number).count(i);
      counts[i] += more;
      all += more;
    }
  }
  if (all == 0) return std::nullopt;
  const double rank = static_cast<double>(all) * 0.99;
  double below = 0;
  for (std::size_t i = 0; i < request_boundaries.size(); ++i) {
    const auto here = static_cast<double>(counts[i]);
    if (below + here >= rank && here > 0) {
      const double least = i == 0 ? 0 : seconds(request_boundaries[i - 1]);
      return least + (seconds(request_boundaries[i]) - least) * (rank - below) / here;
    }
    below += here;
  }
  return seconds(request_boundaries.back());
}

std::optional<double> hits_between(const cache_numbers& before, const cache_numbers& after) {
  const std::uint64_t hits = after.hits - before.hits;
  const std::uint64_t all = hits + after.misses - before.misses;
  if (all == 0) return std::nullopt;
  return 100.0 * static_cast<double>(hits) / static_cast<double>(all);
}

json::value to_json(const std::optional<node_minute>& minute) {
  if (!minute) return nullptr;
  return {{"of", utc_text(minute->of)},
          {"seen", minute->counts.seen},
          {"counted", minute->counts.counted.impressions},
          {"clicks", minute->counts.counted.clicks},
          {"shares", minute->counts.counted.shares},
          {"reasons", reasons_json(minute->counts.filtered)}};
}

/// Impressions that were counted and that the store has not acknowledged.
std::uint64_t pending_of(const metrics_snapshot& numbers) {
  const journal_numbers& journal = numbers.journal;
  return journal.opened.impressions + numbers.loops.books.impressions.accepted - journal.stored.impressions -
         journal.lost.impressions;
}

}  // namespace

node_minute minute_between(wall_minute of, const metrics_snapshot& before, const metrics_snapshot& after) {
  const auto& first = before.loops.books;
  const auto& last = after.loops.books;
  const auto since = [](std::uint64_t was, std::uint64_t is) { return static_cast<std::int64_t>(is - was); };
  node_minute minute{.of = of,
                     .counts = {},
                     .hits_percent = hits_between(before.cache, after.cache),
                     .p99_seconds = p99_between(before.loops.requests, after.loops.requests)};
  minute.counts.seen = last.impressions.seen - first.impressions.seen;
  minute.counts.counted = {since(first.impressions.accepted, last.impressions.accepted),
                           since(first.clicks.accepted, last.clicks.accepted),
                           since(before.shares.counted, after.shares.counted)};
  for (std::size_t i = 0; i < filter_reasons; ++i)
    minute.counts.filtered[i] = last.impressions.filtered[i] - first.impressions.filtered[i];
  return minute;
}

node_report make_report(const node_facts& facts) {
  const journal_numbers& journal = facts.numbers.journal;
  std::optional<double> disk_hours;
  if (facts.bytes_an_hour) disk_hours = static_cast<double>(journal.free_bytes) / *facts.bytes_an_hour;
  json::object said{
      {"node", facts.node},
      {"host", facts.identity.host},
      {"version", version()},
      {"commit", commit()},
      {"started", utc_text(facts.identity.started)},
      {"at", utc_text(facts.at)},
      {"state", facts.state},
      {"minute", to_json(facts.minute)},
      {"pending", pending_of(facts.numbers)},
      {"at_risk", journal.at_risk.impressions + journal.at_risk.clicks + facts.numbers.kept_shares.in_memory},
      {"lost", journal.lost.impressions + journal.lost.clicks + facts.numbers.shares.lost},
      {"oldest_seconds", journal.oldest_seconds},
      {"hits_percent", or_null(facts.minute ? facts.minute->hits_percent : std::nullopt)},
      {"p99_seconds", or_null(facts.minute ? facts.minute->p99_seconds : std::nullopt)},
      {"disk_free_bytes", journal.free_bytes},
      {"disk_hours", or_null(disk_hours)},
      {"top", json::array()}};
  std::size_t bytes = json::serialize(said).size();
  json::array top;
  for (const recent_link& link : facts.top) {
    json::array row{link.key, link.counts.impressions, link.counts.clicks, link.counts.shares};
    bytes += json::serialize(row).size() + 1;
    if (bytes > node_report_bytes) break;
    top.push_back(std::move(row));
  }
  said["top"] = std::move(top);
  return {.node = std::string(facts.node), .at = facts.at, .text = json::serialize(said)};
}

}  // namespace buttond
