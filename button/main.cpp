#include "button/app.hpp"
#include "button/commands/explain.hpp"
#include "button/commands/export.hpp"
#include "button/commands/import.hpp"
#include "button/commands/move.hpp"
#include "button/commands/refused.hpp"
#include "button/config.hpp"
#include "button/store/open_store.hpp"
#include "common/dumps.hpp"
#include "common/error.hpp"
#include "common/logging.hpp"
#include "common/printable.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <iostream>

namespace {

using namespace buttond;

int run(const command_line& line) {
  const config& settings = line.settings;
  if (!settings.core_dumps) forbid_dumps();
  set_up_log(settings.format, settings.log_level);
  const key_rules rules{.allow_private_hosts = settings.allow_private_hosts};
  switch (line.verb) {
    case command::serve:
      app(settings).run();
      return EXIT_SUCCESS;
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
    case command::refused:
      return run_refused(line.refused, *open_store(settings.store, if_missing::fail), std::cout, std::cerr);
  }
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(0027);  // what we make is for our user, and for our group to read
  try {
    const auto line = buttond::parse_command_line(argc, argv);
    return line ? run(*line) : EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "buttond: " << buttond::printable(error.what()) << '\n';
    return 2;
  }
}
