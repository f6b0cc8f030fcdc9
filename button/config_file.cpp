#include "button/config_file.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <istream>
#include <memory>
#include <string>
#include <vector>

namespace buttond {
namespace {

constexpr const char* variable_of_file = "BUTTOND_CONFIG";

/// An empty variable is as none. The configuration is read before any thread starts.
const char* environment(const std::string& variable) {
  const char* value = variable.empty() ? nullptr : std::getenv(variable.c_str());
  return value != nullptr && *value != '\0' ? value : nullptr;
}

/// Leaves out what the environment sets: CLI11 reads the file first, and looks for a variable only where the
/// file says nothing.
class file_behind_environment final : public CLI::ConfigTOML {
 public:
  explicit file_behind_environment(const CLI::App& app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    auto settings = CLI::ConfigTOML::from_config(input);
    std::erase_if(settings, [this](const CLI::ConfigItem& each) {
      const CLI::Option* flag = each.parents.empty() ? app_.get_option_no_throw("--" + each.name) : nullptr;
      return flag != nullptr && environment(flag->get_envname()) != nullptr;
    });
    return settings;
  }

 private:
  const CLI::App& app_;
};

}  // namespace

void add_config_flag(CLI::App& app) {
  CLI::Option* file =
      app.set_config("--config", "", "TOML file with flags as keys, for example epoch = \"10s\"")
          ->envname(variable_of_file);
  // CLI11 looks for variables when it has read the file, which is too late to say where that is. Where
  // --config is given too, it comes after this, and the last one counts.
  if (const char* named = environment(variable_of_file)) file->add_result(named);
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.config_formatter(std::make_shared<file_behind_environment>(app));
}

}  // namespace buttond
