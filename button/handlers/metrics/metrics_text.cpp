#include "button/handlers/metrics/families.hpp"
#include "button/handlers/metrics/metrics.hpp"
#include "button/handlers/metrics/parts.hpp"
#include "button/version.hpp"
#include "common/logging.hpp"

#include <prometheus/text_serializer.h>

namespace buttond {

std::string metric_families::text() const {
  return prometheus::TextSerializer().Serialize(all_);
}

namespace {

void add_log(metric_families& out, const log_lines& lines) {
  out.counter("buttond_log_lines_total",
              "Lines that this process wrote to its log, by level: error is for what a person must act upon, "
              "warning for what a person should look at.");
  out.value(lines.debug, {{"level", "debug"}});
  out.value(lines.info, {{"level", "info"}});
  out.value(lines.warning, {{"level", "warning"}});
  out.value(lines.error, {{"level", "error"}});
}

}  // namespace

std::string metrics_text(const metrics_snapshot& snapshot, const process_numbers& process) {
  metric_families out;
  add_counting(out, snapshot);
  add_serving(out, snapshot);
  add_keeping(out, snapshot);
  add_process(out, process);
  add_log(out, log_lines_written());
  out.gauge("buttond_draining", "1 while the server is stopping and /readyz answers 503, else 0.")
      .value(snapshot.draining ? 1 : 0);
  out.gauge("buttond_build_info", "Always 1; its labels say which version and commit of buttond this is.")
      .value(1, {{"version", std::string(version())}, {"commit", std::string(commit())}});
  return out.text();
}

}  // namespace buttond
