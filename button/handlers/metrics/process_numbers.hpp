#pragma once
// What the kernel says of this process, as Prometheus' own clients publish it. Reads /proc: for the admin
// loop, not for one that readers wait for. Thread-safe.

#include <cstdint>
#include <optional>

namespace buttond {

/// What cannot be read at the moment is not there.
struct process_numbers {
  std::optional<double> cpu_seconds;  // user and system
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> virtual_bytes;
  std::optional<std::uint64_t> open_files;
  std::optional<std::uint64_t> most_files;
  std::optional<double> started;  // seconds since 1970, the same at each call
};

process_numbers read_process_numbers();

}  // namespace buttond
