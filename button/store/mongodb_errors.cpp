#include "button/store/mongodb_errors.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

namespace buttond {
namespace {

constexpr std::pair oldest_server{4, 4};  // $isNumber
constexpr std::int64_t duplicate_key = 11000;

}  // namespace

// The codes are of MongoDB's src/mongo/base/error_codes.yml.
error_code server_error(std::int64_t code) noexcept {
  switch (code) {
    case 24:   // LockTimeout
    case 50:   // MaxTimeMSExpired
    case 64:   // WriteConcernFailed
    case 112:  // WriteConflict
    case 202:  // NetworkInterfaceExceededTimeLimit
    case 251:  // NoSuchTransaction
    case 262:  // ExceededTimeLimit
      return errc::store_timeout;
    case 6:      // HostUnreachable
    case 7:      // HostNotFound
    case 43:     // CursorNotFound
    case 46:     // LockBusy
    case 79:     // UnknownReplWriteConcern
    case 89:     // NetworkTimeout
    case 91:     // ShutdownInProgress
    case 100:    // UnsatisfiableWriteConcern
    case 133:    // FailedToSatisfyReadPreference
    case 146:    // ExceededMemoryLimit
    case 237:    // CursorKilled
    case 246:    // SnapshotUnavailable
    case 9001:   // SocketException
    case 11600:  // InterruptedAtShutdown
    case 11601:  // Interrupted
    case 13388:  // StaleConfig
      return errc::store_unavailable;
    case 189:    // PrimarySteppedDown
    case 10058:  // LegacyNotPrimary
    case 10107:  // NotWritablePrimary
    case 11602:  // InterruptedDueToReplStateChange
    case 13435:  // NotPrimaryNoSecondaryOk
    case 13436:  // NotPrimaryOrSecondary
      return errc::store_no_primary;
    case 11:    // UserNotFound
    case 18:    // AuthenticationFailed
    case 334:   // MechanismUnavailable
    case 391:   // ReauthenticationRequired
    case 8000:  // AtlasError: of a log-in, as a rule
      return errc::store_login;
    case 13:  // Unauthorized
      return errc::store_forbidden;
    case 371:  // UserWritesBlocked
      return errc::store_read_only;
    case 14031:  // OutOfDiskSpace
      return errc::store_full;
    default:
      return errc::store_refused;
  }
}

std::vector<mongodb_write_error> write_errors(bson_view reply) {
  std::vector<mongodb_write_error> errors;
  if (const auto all = reply.inner("writeErrors")) {
    all->for_each([&](std::string_view, bson_view each) {
      const auto code = each.number("code");
      errors.push_back({.index = static_cast<std::size_t>(each.number("index")),
                        .code = static_cast<std::uint32_t>(code),
                        .error = server_error(code),
                        .duplicate = code == duplicate_key,
                        .message = std::string{each.text("errmsg")}});
    });
  }
  return errors;
}

std::string reason_against(std::string_view version) {
  int major = 0;
  int minor = 0;
  std::sscanf(std::string{version}.c_str(), "%d.%d", &major, &minor);
  if (std::pair{major, minor} >= oldest_server) return {};
  return fmt::format("MongoDB {} is too old: buttond needs {}.{} or later", version, oldest_server.first,
                     oldest_server.second);
}

}  // namespace buttond
