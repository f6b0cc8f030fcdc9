#include "button/handlers/metrics/parts.hpp"

namespace buttond {

void add_process(metric_families& out, const process_numbers& process) {
  if (process.cpu_seconds) {
    out.counter("process_cpu_seconds_total", "CPU time that this process took, user and system, in seconds.")
        .value(*process.cpu_seconds);
  }
  if (process.resident_bytes) {
    out.gauge("process_resident_memory_bytes",
              "Memory of this process that is in RAM, in bytes, the mapped pages of its journal included.")
        .value(*process.resident_bytes);
  }
  if (process.virtual_bytes) {
    out.gauge("process_virtual_memory_bytes",
              "Address space of this process, in bytes; most of it may never be touched.")
        .value(*process.virtual_bytes);
  }
  if (process.open_files) {
    out.gauge("process_open_fds", "File descriptors that this process has open, its connections included.")
        .value(*process.open_files);
  }
  if (process.most_files) {
    out.gauge("process_max_fds", "File descriptors that this process may have open at a time.")
        .value(*process.most_files);
  }
  if (process.started) {
    out.gauge("process_start_time_seconds", "When this process was started, in seconds since 1970 (UTC).")
        .value(*process.started);
  }
}

}  // namespace buttond
