#pragma once
// The parts that /metrics is put together from, one a concern.

#include "button/handlers/metrics/families.hpp"
#include "button/handlers/metrics/metrics.hpp"

namespace buttond {

/// What was seen, counted and refused: impressions, clicks, shares, links.
void add_counting(metric_families& out, const metrics_snapshot& snapshot);

/// Requests, connections and the count cache.
void add_serving(metric_families& out, const metrics_snapshot& snapshot);

/// Where counts go: the journal, the store, and the folds in it.
void add_keeping(metric_families& out, const metrics_snapshot& snapshot);

/// The process as its system sees it; a family that cannot be read now is left out.
void add_process(metric_families& out, const process_numbers& process);

}  // namespace buttond
