#include "button/store/store_causes.hpp"

namespace buttond {

store_cause cause_of(const error_code& error) noexcept {
  if (error.category() != error_category()) return store_cause::other;
  switch (static_cast<errc>(error.value())) {
    case errc::store_unavailable:
      return store_cause::unreachable;
    case errc::store_no_primary:
      return store_cause::no_primary;
    case errc::store_timeout:
      return store_cause::timeout;
    case errc::store_login:
    case errc::store_forbidden:
      return store_cause::unauthorized;
    case errc::store_full:
      return store_cause::full;
    case errc::store_read_only:
      return store_cause::read_only;
    case errc::store_damaged:
      return store_cause::damaged;
    case errc::store_refused:
      return store_cause::refused;
    default:
      return store_cause::other;
  }
}

bool may_pass(store_cause cause) noexcept {
  return cause == store_cause::unreachable || cause == store_cause::no_primary ||
         cause == store_cause::timeout;
}

std::string_view advice(const error_code& error, std::string_view kind) noexcept {
  const bool mongodb = kind == "mongodb";
  if (error.category() != error_category()) return {};
  switch (static_cast<errc>(error.value())) {
    case errc::store_unavailable:
      return mongodb ? "see that its servers run, and that --store has hosts, replicaSet and TLS as they are"
                     : "see that the directory is there, and that this user may use it";
    case errc::store_no_primary:
      return "see that a majority of its members runs and can talk to each other";
    case errc::store_timeout:
      return mongodb ? "see what its servers are busy with, and that a majority of them runs"
                     : "see which other program holds the file";
    case errc::store_login:
      return "see user, password and authSource in --store";
    case errc::store_forbidden:
      return mongodb ? "grant the user the role readWrite on this database"
                     : "let this user read and write the file and its directory";
    case errc::store_full:
      return "make room on its disk";
    case errc::store_read_only:
      return mongodb ? "let it be written again" : "let this user write the file and its directory";
    case errc::store_damaged:
      return mongodb ? "see its log" : "see the disk, and put the file back from a backup";
    default:
      return {};
  }
}

}  // namespace buttond
