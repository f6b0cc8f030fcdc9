#include "button/version.hpp"

#include "button/build_commit.hpp"
#include "button/store/library_versions.hpp"

#include <boost/version.hpp>
#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/version.h>

namespace buttond {

std::string_view version() noexcept {
  return BUTTOND_VERSION;
}

std::string_view commit() noexcept {
  return build_commit;
}

std::string version_text() {
  return fmt::format(
      "buttond {} ({})\nBoost {}.{}.{}, libmongoc {}, SQLite {}, fmt {}.{}.{}, spdlog {}.{}.{}, libsodium {}",
      version(), commit(), BOOST_VERSION / 100'000, BOOST_VERSION / 100 % 1'000, BOOST_VERSION % 100,
      mongoc_version(), sqlite_version(), FMT_VERSION / 10'000, FMT_VERSION / 100 % 100, FMT_VERSION % 100,
      SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH, sodium_version_string());
}

}  // namespace buttond
