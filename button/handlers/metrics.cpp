#include "button/handlers/metrics.hpp"

#include "button/handlers/site_handler.hpp"
#include "button/version.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <chrono>
#include <limits>
#include <utility>

namespace buttond {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using label = ClientMetric::Label;

class families {
 public:
  /// Begins a family; what follows is added to it.
  families& family(std::string name, std::string help, MetricType type) {
    all_.push_back({std::move(name), std::move(help), type, {}});
    return *this;
  }

  void value(double number, std::vector<label> labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    if (all_.back().type == MetricType::Counter) {
      metric.counter.value = number;
    } else {
      metric.gauge.value = number;
    }
    all_.back().metric.push_back(std::move(metric));
  }

  void value(std::uint64_t number, std::vector<label> labels = {}) {
    value(static_cast<double>(number), std::move(labels));
  }

  template <const auto& Boundaries>
  void histogram(const duration_histogram<Boundaries>& durations, std::vector<label> labels = {}) {
    const auto seconds = [](std::chrono::nanoseconds time) {
      return std::chrono::duration<double>(time).count();
    };
    ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < durations.buckets; ++i) {
      cumulative += durations.count(i);
      metric.histogram.bucket.push_back({cumulative, i < Boundaries.size()
                                                         ? seconds(Boundaries[i])
                                                         : std::numeric_limits<double>::infinity()});
    }
    metric.histogram.sample_count = cumulative;
    metric.histogram.sample_sum = seconds(durations.sum());
    all_.back().metric.push_back(std::move(metric));
  }

  std::string text() const { return prometheus::TextSerializer().Serialize(all_); }

 private:
  std::vector<MetricFamily> all_;
};

/// `noun` is what `kind` is called in the metrics' names: "impressions".
void add_books(families& out, const std::string& noun, event_kind kind, const metrics_snapshot& snapshot) {
  const loop_books& books = snapshot.loops.books[kind];
  const journal_numbers& journal = snapshot.journal;
  const std::string prefix = "buttond_" + noun;
  const std::uint64_t opened = journal.opened[kind];
  const std::uint64_t accepted = opened + books.accepted;
  const std::uint64_t stored = journal.stored[kind];
  const std::uint64_t lost = journal.lost[kind];
  out.family(prefix + "_seen_total", "All " + noun + " seen: accepted and filtered.", MetricType::Counter)
      .value(opened + books.seen);
  out.family(prefix + "_accepted_total", "Counted " + noun + ": stored, pending and lost.",
             MetricType::Counter)
      .value(accepted);
  out.family(prefix + "_stored_total", "Those that the store acknowledged.", MetricType::Counter)
      .value(stored);
  out.family(prefix + "_lost_total", "Those that a damaged journal lost.", MetricType::Counter).value(lost);
  out.family(prefix + "_pending", "Those that the store has not acknowledged yet.", MetricType::Gauge)
      .value(accepted - stored - lost);
  out.family(prefix + "_at_risk",
             "Pending ones that are only in memory, since the journal cannot be written.", MetricType::Gauge)
      .value(journal.at_risk[kind]);
  out.family(prefix + "_filtered_total", "Those seen but not counted, by reason.", MetricType::Counter);
  for (std::size_t i = 0; i < filter_reasons; ++i) {
    out.value(books.filtered[i], {{"reason", std::string(filter_reason_names[i])}});
  }
}

void add_requests(families& out, const request_metrics& requests) {
  out.family("buttond_requests_total", "Answered requests, without health checks.", MetricType::Counter);
  for (std::size_t route = 0; route < route_count(); ++route) {
    for (std::size_t status = 0; status <= http::statuses.size(); ++status) {
      const std::uint64_t count = requests.requests(route, status);
      if (count == 0) continue;
      const std::string code =
          status < http::statuses.size() ? std::to_string(http::statuses[status].code) : "other";
      out.value(count, {{"route", std::string(route_name(route))}, {"code", code}});
    }
  }
  out.family("buttond_request_duration_seconds",
             "From the read that completed a request to the write of its answer.", MetricType::Histogram)
      .histogram(requests.durations());
}

void add_connections(families& out, const http::server_numbers& site) {
  out.family("buttond_connections", "Open connections.", MetricType::Gauge)
      .value(static_cast<std::uint64_t>(site.connections));
  out.family("buttond_connections_closed_total",
             "Connections closed before their time: idle ones to make room for others, and those that kept "
             "the most of --max-waiting-bytes.",
             MetricType::Counter);
  out.value(site.closed_for_room, {{"reason", "room"}});
  out.value(site.closed_for_memory, {{"reason", "memory"}});
  out.family("buttond_waiting_bytes", "Memory of unfinished requests and of answers that are not taken.",
             MetricType::Gauge)
      .value(static_cast<std::uint64_t>(site.waiting_bytes));
}

void add_cache(families& out, const cache_numbers& cache) {
  out.family("buttond_cache_hits_total", "Look-ups that were answered from the cache.", MetricType::Counter)
      .value(cache.hits);
  out.family("buttond_cache_misses_total", "Look-ups that were not in the cache.", MetricType::Counter)
      .value(cache.misses);
  out.family("buttond_cache_stale_total", "Look-ups that were answered, and refreshed behind.",
             MetricType::Counter)
      .value(cache.stale);
  out.family("buttond_cache_evictions_total", "Entries pushed out by others.", MetricType::Counter)
      .value(cache.evictions);
  out.family("buttond_cache_entries", "Links in the cache.", MetricType::Gauge).value(cache.entries);
  out.family("buttond_cache_bytes", "Memory of the cache.", MetricType::Gauge).value(cache.bytes);
}

void add_store(families& out, const store_numbers& store) {
  out.family("buttond_store_up", "Whether the store's last operation succeeded.", MetricType::Gauge)
      .value(store.up ? 1.0 : 0.0);
  out.family("buttond_store_operation_duration_seconds",
             "Duration of the store's operations, failed ones too.", MetricType::Histogram);
  for (std::size_t i = 0; i < store.operations.size(); ++i)
    out.histogram(store.operations[i], {{"operation", std::string(store_operation_names[i])}});
}

void add_journal(families& out, const journal_numbers& journal) {
  out.family("buttond_journal_batches", "Batches that the store has not acknowledged.", MetricType::Gauge)
      .value(journal.batches);
  out.family("buttond_journal_bytes", "Bytes of the journal's files.", MetricType::Gauge)
      .value(journal.bytes);
  out.family("buttond_journal_oldest_seconds", "Age of the oldest batch that waits.", MetricType::Gauge)
      .value(journal.oldest_seconds);
  out.family("buttond_journal_errors_total", "Files that could not be read or written.", MetricType::Counter)
      .value(journal.errors);
}

void add_folder(families& out, const folder_numbers& folder) {
  out.family("buttond_fold_waiting_batches", "Batches in the database that are not folded yet.",
             MetricType::Gauge)
      .value(static_cast<double>(folder.waiting));
  out.family("buttond_fold_oldest_seconds", "Age of the oldest of these.", MetricType::Gauge)
      .value(folder.oldest_seconds);
  out.family("buttond_fold_gaps", "Of these, those that have waited an hour for the one before them.",
             MetricType::Gauge)
      .value(static_cast<double>(folder.gaps));
  out.family("buttond_folds_total", "Folds by this node.", MetricType::Counter).value(folder.folds);
  out.family("buttond_fold_links_total", "Links that these added to.", MetricType::Counter)
      .value(folder.links);
  out.family("buttond_fold_refused_total", "Links and site days that the database would not take.",
             MetricType::Counter)
      .value(folder.refused);
  out.family("buttond_fold_repaired_total", "Documents in which something stood that is no count.",
             MetricType::Counter)
      .value(folder.repaired);
  out.family("buttond_refused", "What waits in `refused`: see buttond refused.", MetricType::Gauge)
      .value(static_cast<double>(folder.set_aside));
}

void add_shares(families& out, const kept_numbers& shares) {
  out.family("buttond_shares_waiting", "Shares of readers that wait in the data directory for the store.",
             MetricType::Gauge)
      .value(static_cast<std::uint64_t>(shares.waiting));
  out.family("buttond_shares_at_risk",
             "Of these, those that are only in memory, since the directory cannot be written.",
             MetricType::Gauge)
      .value(static_cast<std::uint64_t>(shares.in_memory));
  out.family("buttond_shares_lost_total", "Shares of readers that were lost, since too many waited.",
             MetricType::Counter)
      .value(shares.dropped);
}

}  // namespace

std::string metrics_text(const metrics_snapshot& snapshot) {
  families out;
  add_books(out, "impressions", event_kind::impression, snapshot);
  add_books(out, "clicks", event_kind::click, snapshot);
  add_requests(out, snapshot.loops.requests);
  add_connections(out, snapshot.site);
  add_cache(out, snapshot.cache);
  add_store(out, snapshot.store);
  add_folder(out, snapshot.folder);
  add_shares(out, snapshot.shares);
  add_journal(out, snapshot.journal);
  out.family("buttond_build_info", "Always 1.", MetricType::Gauge)
      .value(1.0, {{"version", std::string(version())}, {"commit", std::string(commit())}});
  return out.text();
}

}  // namespace buttond
