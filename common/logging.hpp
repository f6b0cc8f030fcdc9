#pragma once
// The log: lines on standard error, through spdlog's default logger, which every part of the server uses.
// A message is one printable line (common/printable), whatever of others stands in it. Where systemd's
// journal reads standard error, a line begins with its priority instead of a time, which the journal has by
// itself. Nothing is logged for a request that went well.

#include <cstdint>
#include <string>

namespace buttond {

enum class log_format { text, json };

/// Sets up the default logger; called before any thread starts. `level` is one of spdlog's names.
void set_up_log(log_format format, const std::string& level);

/// From any thread.
void set_log_level(const std::string& level);

/// Whether systemd's journal reads standard error.
/// Source: systemd.exec(5), JOURNAL_STREAM.
bool goes_to_journald() noexcept;

/// How many lines were written, by their level.
struct log_lines {
  std::uint64_t debug = 0;
  std::uint64_t info = 0;
  std::uint64_t warning = 0;
  std::uint64_t error = 0;
};

/// Of this process, since set_up_log. From any thread.
log_lines log_lines_written() noexcept;

}  // namespace buttond
