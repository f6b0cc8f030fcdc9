#include "button/app.hpp"
#include "button/check/check.hpp"
#include "button/commands/explain.hpp"
#include "button/commands/export.hpp"
#include "button/commands/forget.hpp"
#include "button/commands/import.hpp"
#include "button/commands/move.hpp"
#include "button/commands/refused.hpp"
#include "button/config.hpp"
#include "button/store/open_store.hpp"
#include "button/store/survey.hpp"
#include "common/dumps.hpp"
#include "common/error.hpp"
#include "common/logging.hpp"
#include "common/printable.hpp"

#include <spdlog/spdlog.h>

#include <sys/stat.h>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace buttond;

constexpr int exit_wrong = 2;  // a setting, or what the machine does not give
constexpr int exit_lost = 3;   // stopped, and not all that was counted is stored or kept

int run(const command_line& line, const app::settings_source& read_again) {
  const config& settings = line.settings;
  if (!settings.core_dumps) forbid_dumps();
  if (line.verb == command::check) return run_check(line, std::cout);  // and logs nothing
  set_up_log(settings.format, settings.log_level);
  for (const std::string& warning : line.warnings) spdlog::warn("{}", warning);
  const key_rules rules{.allow_private_hosts = settings.allow_private_hosts};
  switch (line.verb) {
    case command::check:  // done above
      break;
    case command::serve:
      return app(line, read_again).run().has_losses() ? exit_lost : EXIT_SUCCESS;
    case command::explain:
      return run_explain(line.explain_url, rules, std::cout);
    case command::import:
      return run_import(
          line.import, rules, [&] { return open_store(settings.store); }, std::cout, std::cerr);
    case command::export_:
      return run_export(line.export_file, *open_store(settings.store, if_missing::fail), std::cout,
                        std::cerr);
    case command::move:
      return run_move(
          line.move, rules, [&] { return open_store(settings.store, if_missing::fail); }, std::cout,
          std::cerr);
    case command::forget:
      return run_forget(
          line.forget, [&] { return open_store(settings.store, if_missing::fail); },
          [&] { return open_survey(settings.store); }, std::cout, std::cerr);
    case command::refused:
      return run_refused(line.refused, *open_store(settings.store, if_missing::fail), std::cout, std::cerr);
  }
  return EXIT_FAILURE;
}

/// What the words of the command line and the environment say, for as long as the settings are not known.
log_format format_asked_for(std::span<char* const> words) {
  const char* variable = std::getenv("BUTTOND_LOG_FORMAT");
  std::string_view asked = variable != nullptr ? variable : "";
  constexpr std::string_view flag = "--log-format";
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == flag && i + 1 < words.size()) asked = words[i + 1];
    if (word.starts_with(flag) && word.substr(flag.size()).starts_with('='))
      asked = word.substr(flag.size() + 1);
  }
  return asked == "json" ? log_format::json : log_format::text;
}

/// A person at a terminal reads one plain line; whoever collects the log, what he reads of everything else.
void tell_of_end(const std::exception& error, log_format format) {
  if (format == log_format::text && !goes_to_journald()) {
    std::cerr << "buttond: " << printable(error.what()) << '\n';
  } else {
    set_up_log(format, "info");
    spdlog::error("{}", error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(0027);  // what we make is for our user, and for our group to read
  log_format format = format_asked_for({argv, static_cast<std::size_t>(argc)});
  try {
    const auto read = [argc, argv] { return parse_command_line(argc, argv); };
    const auto line = read();
    if (!line) return EXIT_SUCCESS;
    format = line->settings.format;
    return run(*line, [read] { return read().value(); });
  } catch (const std::exception& error) {
    tell_of_end(error, format);
    return exit_wrong;
  }
}
