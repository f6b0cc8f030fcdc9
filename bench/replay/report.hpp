#pragma once
// What a run has to say at its end: to the operator as text, to a script as JSON.

#include "bench/replay/links.hpp"
#include "bench/replay/node_books.hpp"
#include "bench/replay/runner.hpp"
#include "bench/replay/workload.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>

namespace buttond::replay {

struct outcome {
  course went;
  std::chrono::duration<double> cpu_user{};  // of this program, while the load ran
  std::chrono::duration<double> cpu_system{};
  std::optional<node_books> before;  // with --metrics
  std::optional<node_books> after;
};

/// Whether the nodes accepted what was acknowledged, and at most what is unsure beside it.
/// True where there is nothing to compare with.
bool books_agree(const totals& ours, const outcome& o);

/// A few lines for a terminal.
std::string summary_text(const totals& ours, const outcome& o);

/// One object. Latencies in microseconds, times in seconds.
std::string summary_json(const totals& ours, const outcome& o);

/// Writes {"key":..,"impressions":N,"unsure":M} a line, for every key that was asked for: its store must have
/// grown by at least N and at most N + M. Keys are sorted. Throws startup_error when it cannot be written.
void write_expectations(const std::string& path, const links& source, std::span<const link_books> books);

}  // namespace buttond::replay
