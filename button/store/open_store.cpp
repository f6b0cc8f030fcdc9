#include "button/store/open_store.hpp"

#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_store.hpp"
#include "button/store/sqlite_store.hpp"

namespace buttond {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

}  // namespace

std::unique_ptr<store> open_store(const std::string& uri, if_missing missing) {
  remove_driver_counters();
  if (uri.starts_with(sqlite_scheme)) {
    sqlite_store_options options;
    options.file = uri.substr(sqlite_scheme.size());
    options.create = missing == if_missing::create;
    if (options.file.empty())
      throw startup_error("--store sqlite: names no file; write --store sqlite:/var/lib/buttond/buttond.db");
    return std::make_unique<sqlite_store>(std::move(options));
  }
  if (uri.starts_with("mongodb://") || uri.starts_with("mongodb+srv://"))
    return std::make_unique<mongodb_store>(uri);
  throw startup_error(
      "--store is neither sqlite:FILE nor mongodb://HOST/DATABASE; write for example "
      "--store sqlite:/var/lib/buttond/buttond.db");
}

}  // namespace buttond
