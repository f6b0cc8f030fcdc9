// replay: see bench/README.md. Exit codes: 0 well; 1 the books differ; 2 it could not run.

#include "bench/replay/links.hpp"
#include "bench/replay/node_books.hpp"
#include "bench/replay/options.hpp"
#include "bench/replay/report.hpp"
#include "bench/replay/runner.hpp"
#include "bench/replay/workload.hpp"
#include "common/error.hpp"

#include <fmt/format.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <fstream>
#include <optional>
#include <string>

namespace {

using namespace buttond;
using namespace buttond::replay;

std::chrono::duration<double> seconds_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

std::optional<links> read_links(const options& o) {
  if (!o.links_file.empty()) return links::from_file(o.links_file, o.allow_private_hosts);
  if (o.made_up_links != 0) return links::made_up(o.made_up_links);
  return std::nullopt;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw startup_error(fmt::format("cannot write {}", path));
}

// One descriptor a connection, and a few of our own.
void raise_descriptor_limit(std::size_t connections) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t needed = connections + 64;
  if (limit.rlim_cur >= needed) return;
  limit.rlim_cur = std::min(limit.rlim_max, needed);
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < needed) {
    throw startup_error(
        fmt::format("--connections {} needs {} open files, the limit is {}: raise it (ulimit -Hn)",
                    connections, needed, limit.rlim_max));
  }
}

int run(const options& o) {
  raise_descriptor_limit(o.connections);
  const std::optional<links> source = read_links(o);
  if (source && source->refused() != 0) {
    fmt::print("links        {} ({} left out: they can have no key)\n", source->size(), source->refused());
  }
  workload work(o, source ? &*source : nullptr);
  runner load(o, work);

  outcome out;
  if (!o.metrics.empty()) out.before = read_books(o.metrics);
  rusage begin{};
  getrusage(RUSAGE_SELF, &begin);
  out.went = load.run();
  rusage end{};
  getrusage(RUSAGE_SELF, &end);
  out.cpu_user = seconds_of(end.ru_utime) - seconds_of(begin.ru_utime);
  out.cpu_system = seconds_of(end.ru_stime) - seconds_of(begin.ru_stime);
  if (!o.metrics.empty()) out.after = read_books(o.metrics);

  fmt::print("{}", summary_text(work.result(), out));
  if (!o.json_file.empty()) write_file(o.json_file, summary_json(work.result(), out));
  if (!o.expect_file.empty()) write_expectations(o.expect_file, *source, work.books());
  if (out.went.gave_up) {
    throw startup_error(fmt::format("gave up: no connection to the server for {} s ({})", o.timeout.count(),
                                    out.went.last_error));
  }
  return books_agree(work.result(), out) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    options o;
    return read_options(argc, argv, o) ? run(o) : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "replay: {}\n", error.what());
    return 2;
  }
}
