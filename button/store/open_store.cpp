#include "button/store/open_store.hpp"

#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_store.hpp"
#include "button/store/mongodb_survey.hpp"
#include "button/store/sqlite_store.hpp"
#include "button/store/sqlite_survey.hpp"
#include "button/store/survey.hpp"

#include <optional>

namespace buttond {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

/// The file that `uri` names; nothing for a MongoDB.
std::optional<std::string> sqlite_file(const std::string& uri) {
  remove_driver_counters();
  if (uri.starts_with("mongodb://") || uri.starts_with("mongodb+srv://")) return std::nullopt;
  if (!uri.starts_with(sqlite_scheme)) {
    throw startup_error(
        "--store is neither sqlite:FILE nor mongodb://HOST/DATABASE; write for example "
        "--store sqlite:/var/lib/buttond/buttond.db");
  }
  auto file = uri.substr(sqlite_scheme.size());
  if (file.empty())
    throw startup_error("--store sqlite: names no file; write --store sqlite:/var/lib/buttond/buttond.db");
  return file;
}

}  // namespace

std::unique_ptr<store> open_store(const std::string& uri, if_missing missing) {
  const auto file = sqlite_file(uri);
  if (!file) return std::make_unique<mongodb_store>(uri);
  sqlite_store_options options;
  options.file = *file;
  options.create = missing == if_missing::create;
  return std::make_unique<sqlite_store>(std::move(options));
}

std::unique_ptr<survey> open_survey(const std::string& uri, std::chrono::milliseconds patience) {
  const auto file = sqlite_file(uri);
  if (!file) return std::make_unique<mongodb_survey>(uri, patience);
  return std::make_unique<sqlite_survey>(sqlite_survey_options{.file = *file, .patience = patience});
}

}  // namespace buttond
