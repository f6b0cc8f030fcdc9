#pragma once
// The errors of buttond's own, as one boost::system category, and the result type of everything that can
// fail while the server runs. Exceptions belong to the start-up only (see startup_error).

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <type_traits>

namespace buttond {

using boost::system::error_code;

template <class T>
using result = boost::system::result<T>;

enum class errc {
  // URL to key
  url_empty = 1,
  url_too_long,
  url_scheme,
  url_credentials,
  url_no_host,
  url_bad_host,
  url_private_host,
  // stores
  store_unavailable,
  store_timeout,
  store_refused,
  store_no_primary,
  store_login,
  store_forbidden,
  store_full,
  store_read_only,
  store_damaged,
  store_schema,
  store_too_old,
  store_alone,
  // files
  file_corrupt,
  file_other_version,
  file_other_node,
  file_irregular,
};

/// The category "buttond"; its messages are plain English and say what is wrong.
const boost::system::error_category& error_category() noexcept;

inline error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

/// What stops a start: caught once, in main, and printed as one line that says what to do.
class startup_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace buttond

template <>
struct boost::system::is_error_code_enum<buttond::errc> : std::true_type {};
