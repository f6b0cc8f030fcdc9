#include "button/config/store_uri.hpp"

#include "button/store/mongodb_uri.hpp"
#include "common/error.hpp"

#include <string_view>

namespace buttond {
namespace {

void check_mongodb(const std::string& uri) {
  if (const std::string fault = fault_of_authority(uri); !fault.empty())
    throw startup_error("the MongoDB URI is not valid: " + fault);
  const std::string place = uri.substr(uri.find("://") + 3, uri.find('?') - uri.find("://") - 3);
  const auto slash = place.find('/');
  if (slash == std::string::npos || slash + 1 == place.size()) {
    throw startup_error(
        "the MongoDB URI names no database; put its name after the hosts, as in "
        "mongodb://HOST:27017/buttond");
  }
}

}  // namespace

void check_store_uri(const std::string& uri) {
  constexpr std::string_view sqlite = "sqlite:";
  if (uri.empty()) return;
  if (uri == sqlite)
    throw startup_error("sqlite: names no file; write for example sqlite:/var/lib/buttond/buttond.db");
  if (uri.starts_with(sqlite)) return;
  for (const std::string_view scheme : {"mongodb://", "mongodb+srv://"}) {
    if (uri.starts_with(scheme)) return check_mongodb(uri);
  }
  throw startup_error(
      "is neither sqlite:FILE nor mongodb://HOST/DATABASE; write for example "
      "sqlite:/var/lib/buttond/buttond.db");
}

}  // namespace buttond
