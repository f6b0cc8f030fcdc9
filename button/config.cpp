#include "button/config.hpp"

#include "button/config/arguments.hpp"
#include "button/config/contradictions.hpp"
#include "button/config/environment.hpp"
#include "button/config/file.hpp"
#include "button/config/flags.hpp"
#include "button/config/secret_file.hpp"
#include "button/config/store_uri.hpp"
#include "common/error.hpp"
#include "common/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <thread>

namespace buttond {
namespace {

/// Where state belongs: systemd's StateDirectory=, else the user's state directory.
std::filesystem::path default_data_directory() {
  if (const char* given = environment_value("STATE_DIRECTORY")) return given;
  if (const char* state = environment_value("XDG_STATE_HOME"))
    return std::filesystem::path(state) / "buttond";
  if (const char* home = environment_value("HOME"))
    return std::filesystem::path(home) / ".local/state/buttond";
  return "/var/lib/buttond";
}

/// One reading of everything that sets something.
class reading {
 public:
  reading() {
    settings().data = default_data_directory();
    settings().threads = std::max(1U, std::thread::hardware_concurrency());
    flags_ = make_flags(settings());
    for (const flag& each : flags_) defaults_.push_back(each.show());
  }

  /// False where the command line was answered already.
  bool read(int argc, const char* const* argv) {
    arguments words = read_arguments(argc, argv, flags_, line_);
    if (words.answered) return false;
    given_ = std::move(words.flags);
    given_.merge(read_environment(flags_));
    read_file_of(words.files);
    for (const flag& each : flags_) take(each);
    settings().listen_given = given_.contains("listen");
    line_.warnings = unread_variables(flags_);
    complete_store();
    complete_rate();
    contradictions found = find_contradictions(settings(), given_);
    for (auto& [flag, what] : found.problems) add_problem(flag, std::move(what));
    std::ranges::move(found.warnings, std::back_inserter(line_.warnings));
    say();
    return true;
  }

  command_line result() && {
    if (!problems_.empty() && line_.verb != command::check) throw startup_error(problems_.front().what);
    line_.wrong = std::move(problems_);
    return std::move(line_);
  }

 private:
  config& settings() { return line_.settings; }

  void read_file_of(const std::vector<std::string>& named) {
    const char* variable = environment_value(variable_of_file);
    const auto is_uri = [](const std::string& file) { return file.find("://") != std::string::npos; };
    if (named.empty() ? variable != nullptr && is_uri(variable) : std::ranges::any_of(named, is_uri)) {
      add_problem("config", fmt::format("{}: this is a URI, not a file; name a path",
                                        named.empty() ? variable_of_file : "--config"));
      return;
    }
    if (named.size() > 1) {
      add_problem("config", fmt::format("--config names {} and {}; write all settings into one file",
                                        named[0], named[1]));
      return;
    }
    if (named.empty() && variable == nullptr) return;
    file_settings file = named.empty() ? read_settings_file(variable, variable_of_file, flags_)
                                       : read_settings_file(named.front(), "--config", flags_);
    given_.merge(std::move(file.given));
    for (file_problem& each : file.problems) add_problem(each.flag, std::move(each.what));
  }

  void take(const flag& each) {
    const auto given = given_.find(each.name);
    if (given == given_.end()) return;
    try {
      each.take(given->second.texts);
    } catch (const startup_error& error) {
      add_problem(each.name, given->second, error);
    }
  }

  /// "--store is neither ..", "--epoch: 'soon' is not ..".
  void add_problem(const std::string& flag, const given_value& value, const startup_error& error) {
    const std::string_view what = error.what();
    add_problem(flag, fmt::format("{}{}{}", value.label, what.starts_with("is ") ? " " : ": ", what));
  }

  void add_problem(const std::string& flag, std::string what) {
    problems_.push_back({flag.empty() ? std::string() : "--" + flag, std::move(what)});
  }

  void complete_store() {
    const auto store = given_.find("store");
    const auto file = given_.find("store-file");
    if (file != given_.end() && !settings().store_file.empty()) {
      if (store != given_.end() && !settings().store.empty()) {
        add_problem("store", fmt::format("{} and {}: both name the store; leave one of them out",
                                         store->second.label, file->second.label));
        return;
      }
      try {
        settings().store = read_secret(settings().store_file);
        store_from_ = settings().store_file.string();
        check_store_uri(settings().store);
      } catch (const startup_error& error) {
        add_problem("store", file->second, error);
      }
    }
    if (settings().store.empty())
      settings().store = "sqlite:" + (settings().data / "buttond.sqlite").string();
  }

  void complete_rate() {
    const bool addresses_known = settings().proxy_protocol || !settings().trusted_proxies.empty();
    const auto rate = given_.find("rate");
    if (rate == given_.end() && addresses_known) settings().rate = 5;
    if (settings().rate > 0 && !addresses_known) {
      add_problem("rate", rate->second.label +
                              ": client addresses are not known; give --trusted-proxy or "
                              "--proxy-protocol, or leave --rate out");
    }
  }

  void say() {
    for (std::size_t i = 0; i < flags_.size(); ++i) {
      const flag& each = flags_[i];
      const auto given = given_.find(each.name);
      setting said{each.option(), each.show(), given == given_.end() ? "default" : given->second.from};
      said.is_default = given == given_.end() || said.value == defaults_[i];
      if (each.name == "store" && !store_from_.empty()) {
        said.from = store_from_;
        said.is_default = false;
      }
      line_.said.push_back(std::move(said));
    }
  }

  command_line line_;
  std::vector<flag> flags_;
  std::vector<std::string> defaults_;  // of each flag, as it is said
  given_values given_;
  std::string store_from_;
  std::vector<wrong_setting> problems_;
};

}  // namespace

std::optional<command_line> parse_command_line(int argc, const char* const* argv) {
  try {
    reading all;
    if (!all.read(argc, argv)) return std::nullopt;
    return std::move(all).result();
  } catch (const startup_error& error) {
    throw startup_error(printable(error.what()));  // one line, whatever stands in what it quotes
  }
}

}  // namespace buttond
