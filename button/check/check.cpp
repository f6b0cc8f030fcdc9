#include "button/check/check.hpp"

#include "button/check/check_listeners.hpp"
#include "button/check/check_machine.hpp"
#include "button/check/check_report.hpp"
#include "button/check/check_store.hpp"
#include "button/config/secret_file.hpp"
#include "button/handlers/site_list.hpp"
#include "button/make_policy.hpp"
#include "common/error.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace buttond {
namespace {

/// The flags of settings that are wrong: what they should be is not known, and not looked at.
bool is_wrong(const command_line& line, std::string_view flag) {
  return std::ranges::find(line.wrong, flag, &wrong_setting::flag) != line.wrong.end();
}

void tell_settings(const command_line& line, check_report& report) {
  for (const setting& each : line.said) {
    if (is_wrong(line, each.flag)) continue;  // said by what is wrong with it
    report.tell("setting",
                fmt::format("{} = {} ({})", each.flag, each.value.empty() ? "none" : each.value, each.from));
  }
  for (const wrong_setting& each : line.wrong) report.error("{}", each.what);
  for (const std::string& each : line.warnings) report.warning("{}", each);
}

void check_sites(const config& settings, check_report& report) {
  const auto sites = site_list::read(settings.sites, settings.site_file, settings.blocked);
  if (!sites) {
    report.error("sites: {}", sites.error());
    return;
  }
  const std::string counted = sites->size() == 0 ? "all sites" : fmt::format("{} hosts", sites->size());
  const std::string but =
      sites->blocked() == 0 ? std::string() : fmt::format(", but none of {} blocked hosts", sites->blocked());
  report.ok("sites: links of {} count{}", counted, but);
}

void check_token(const std::filesystem::path& file, check_report& report) {
  if (file.empty()) {
    report.ok("token: none, so POST /v1/shares takes no report");
    return;
  }
  try {
    read_api_token(file);
    if (const std::string why = readable_by_others(file); why.empty())
      report.ok("token: {} has one", file.string());
    else
      report.warning("token: {}", why);
  } catch (const startup_error& error) {
    report.error("token: {}", error.what());
  }
}

}  // namespace

int run_check(const command_line& line, std::ostream& out) {
  spdlog::set_level(spdlog::level::off);  // what would be logged is said here
  check_report report(out);
  const config& settings = line.settings;
  tell_settings(line, report);
  if (!is_wrong(line, "--data")) check_data_directory(settings, report);
  if (!is_wrong(line, "--listen") && !is_wrong(line, "--admin") && !is_wrong(line, "--probes"))
    check_listeners(settings, report);
  if (!is_wrong(line, "--max-connections")) check_descriptors(settings, report);
  if (!is_wrong(line, "--site") && !is_wrong(line, "--site-file")) check_sites(settings, report);
  if (!is_wrong(line, "--api-token-file")) check_token(settings.api_token_file, report);
  if (!is_wrong(line, "--store") && !is_wrong(line, "--store-file")) check_store(settings.store, report);
  check_clock(report);
  out << (report.status() == 0   ? "buttond would start, and all is well.\n"
          : report.status() == 1 ? "buttond would start; look at the warnings.\n"
                                 : "buttond would not start; mend the errors.\n")
      << std::flush;
  return report.status();
}

}  // namespace buttond
