#pragma once
// The families of /metrics as they are put together: a name, what it is, and its samples. HELP is read alone,
// in a browser of metrics, so each text says what is counted, in which unit, and what is not.

#include "common/duration_histogram.hpp"

#include <prometheus/metric_family.h>

#include <chrono>
#include <concepts>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace buttond {

using metric_label = prometheus::ClientMetric::Label;
using metric_labels = std::vector<metric_label>;

class metric_families {
 public:
  /// Each begins a family; what follows is added to it.
  metric_families& counter(std::string name, std::string help) {
    return begin(std::move(name), std::move(help), prometheus::MetricType::Counter);
  }
  metric_families& gauge(std::string name, std::string help) {
    return begin(std::move(name), std::move(help), prometheus::MetricType::Gauge);
  }
  metric_families& histogram(std::string name, std::string help) {
    return begin(std::move(name), std::move(help), prometheus::MetricType::Histogram);
  }

  template <class Number>
  requires std::integral<Number> || std::floating_point<Number>
  void value(Number number, metric_labels labels = {}) {
    prometheus::ClientMetric& metric = add(std::move(labels));
    if (all_.back().type == prometheus::MetricType::Counter)
      metric.counter.value = static_cast<double>(number);
    else
      metric.gauge.value = static_cast<double>(number);
  }

  template <const auto& Boundaries>
  void durations(const duration_histogram<Boundaries>& of, metric_labels labels) {
    prometheus::ClientMetric& metric = add(std::move(labels));
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < of.buckets; ++i) {
      cumulative += of.count(i);
      metric.histogram.bucket.push_back({cumulative, i < Boundaries.size()
                                                         ? seconds(Boundaries[i])
                                                         : std::numeric_limits<double>::infinity()});
    }
    metric.histogram.sample_count = cumulative;
    metric.histogram.sample_sum = seconds(of.sum());
  }

  /// The text format of Prometheus.
  std::string text() const;

 private:
  static double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

  metric_families& begin(std::string name, std::string help, prometheus::MetricType type) {
    all_.push_back({std::move(name), std::move(help), type, {}});
    return *this;
  }
  prometheus::ClientMetric& add(metric_labels labels) {
    prometheus::ClientMetric& metric = all_.back().metric.emplace_back();
    metric.label = std::move(labels);
    return metric;
  }

  std::vector<prometheus::MetricFamily> all_;
};

}  // namespace buttond
