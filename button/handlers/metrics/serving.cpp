#include "button/handlers/metrics/parts.hpp"
#include "button/handlers/site_handler.hpp"
#include "button/http/status.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buttond {
namespace {

/// Whether a number before `route` has its name.
bool is_named_before(std::size_t route) {
  for (std::size_t other = 0; other < route; ++other)
    if (route_name(other) == route_name(route)) return true;
  return false;
}

/// A series for each status that a route may answer, 0 too: the rate of one that appears at its first event
/// misses that event. What no route should answer is counted, too, under one name, so that nothing that is
/// asked makes more series.
void add_requests(metric_families& out, const request_metrics& requests) {
  out.counter("buttond_requests_total",
              "Requests that were answered, by route and status code, without health checks and /site. The "
              "route none "
              "has what no route answers: unknown paths, methods that a path does not take, OPTIONS, and "
              "what was refused while it came in.");
  std::uint64_t others = 0;
  for (std::size_t route = 0; route < route_count(); ++route) {
    const std::string name(route_name(route));
    for (std::size_t status = 0; status <= http::statuses.size(); ++status) {
      if (!http::has(route_answers(route), status)) others += requests.requests(route, status);
    }
    if (is_named_before(route)) continue;
    for (std::size_t status = 0; status < http::statuses.size(); ++status) {
      if (!http::has(route_answers(route), status)) continue;
      std::uint64_t answered = 0;
      for (std::size_t same = route; same < route_count(); ++same)
        if (route_name(same) == name) answered += requests.requests(same, status);
      out.value(answered, {{"route", name}, {"code", std::to_string(http::statuses[status].code)}});
    }
  }
  out.value(others, {{"route", "none"}, {"code", "other"}});
}

void add_durations(metric_families& out, const request_metrics& requests) {
  out.histogram(
      "buttond_request_duration_seconds",
      "Seconds from the read that completed a request to the write of its answer, with what it "
      "waited for the store, by the group of its route; without health checks and /site, and without the "
      "network's part.");
  for (std::size_t group = 0; group < route_group_names.size(); ++group)
    out.durations(requests.durations(group), {{"group", std::string(route_group_names[group])}});
}

void add_connections(metric_families& out, const http::server_numbers& site) {
  out.gauge("buttond_connections", "Connections to the public listeners that are open, idle ones included.")
      .value(site.connections);
  out.gauge("buttond_connections_limit",
            "Connections to the public listeners that may be open at a time: --max-connections, or less "
            "where the limit of open files allows no more.")
      .value(site.connections_limit);
  out.counter("buttond_connections_closed_total",
              "Connections that the server closed before their time, by the reason: room (idle ones, since "
              "others came and --max-connections was reached), memory (those that kept the most of "
              "--max-waiting-bytes).");
  out.value(site.closed_for_room, {{"reason", "room"}});
  out.value(site.closed_for_memory, {{"reason", "memory"}});
  out.gauge("buttond_waiting_bytes",
            "Memory of requests that are not whole yet and of answers that their readers do not take, in "
            "bytes, of all public connections together.")
      .value(site.waiting_bytes);
  out.gauge("buttond_waiting_bytes_limit",
            "Memory that unfinished requests and untaken answers may have together, in bytes: "
            "--max-waiting-bytes.")
      .value(site.waiting_bytes_limit);
}

void add_cache(metric_families& out, const cache_numbers& cache) {
  out.counter("buttond_cache_hits_total",
              "Look-ups of a link's count that the count cache answered, outdated ones too.")
      .value(cache.hits);
  out.counter("buttond_cache_misses_total",
              "Look-ups of a link's count that was not in the count cache, so that the store was asked.")
      .value(cache.misses);
  out.counter("buttond_cache_stale_total",
              "Look-ups of a link's count that the count cache answered with one older than --fresh, and had "
              "asked for again.")
      .value(cache.stale);
  out.counter("buttond_cache_evictions_total",
              "Links that were pushed out of the count cache by others, for want of --cache-bytes.")
      .value(cache.evictions);
  out.gauge("buttond_cache_entries", "Links in the count cache, unknown ones included.").value(cache.entries);
  out.gauge("buttond_cache_bytes", "Memory that the count cache has taken, in bytes.").value(cache.bytes);
  out.gauge("buttond_cache_bytes_limit", "Memory that the count cache may take, in bytes: --cache-bytes.")
      .value(cache.bytes_limit);
}

}  // namespace

void add_serving(metric_families& out, const metrics_snapshot& snapshot) {
  add_requests(out, snapshot.loops.requests);
  add_durations(out, snapshot.loops.requests);
  add_connections(out, snapshot.site);
  add_cache(out, snapshot.cache);
}

}  // namespace buttond
