#pragma once
// The books that a node publishes on /metrics, as far as they concern impressions.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buttond::replay {

struct node_books {
  std::uint64_t seen = 0;
  std::uint64_t accepted = 0;
  std::uint64_t filtered = 0;
};

/// Reads them from an exposition in Prometheus's text format.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
/// Throws startup_error when the books are not in it.
node_books parse_books(std::string_view page);

/// The sum over `pages`, each "http://ADDR:PORT/PATH". Throws startup_error for one that cannot be read.
node_books read_books(const std::vector<std::string>& pages);

}  // namespace buttond::replay
