#pragma once
// The log: lines on standard error, through spdlog's default logger, which every part of the server uses.
// A message is one printable line (common/printable), whatever of others stands in it.
// Nothing is logged for a request that went well.

#include <string>

namespace buttond {

enum class log_format { text, json };

/// Sets up the default logger; called once, before any thread starts. `level` is one of spdlog's names.
void set_up_log(log_format format, const std::string& level);

}  // namespace buttond
