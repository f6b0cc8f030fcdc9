#include "button/config/store_uri.hpp"

#include "common/error.hpp"
#include "common/masked_uri.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace buttond {
namespace {

constexpr const char* encode_it =
    "a user name or password has a character that must be percent-encoded: write %40 for @, %3A for :, %2F "
    "for "
    "/, %3F for ?, %23 for # and %25 for %";

bool is_hex(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

bool has_stray_percent(std::string_view text) {
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return true;
  }
  return false;
}

/// `rest`: user, hosts, database and options.
void check_mongodb(std::string_view rest) {
  // Where the options begin, an '@' is none of a user any more, unless the password has the '?'.
  const std::string_view before_options = rest.substr(0, rest.find('?'));
  const std::string_view authority = before_options.substr(0, before_options.find('/'));
  const auto at = authority.rfind('@');
  const std::string_view user = at == std::string_view::npos ? std::string_view() : authority.substr(0, at);
  const std::string_view hosts = at == std::string_view::npos ? authority : authority.substr(at + 1);
  const bool split_user = at == std::string_view::npos && rest.find('@') != std::string_view::npos &&
                          (before_options.find('@') != std::string_view::npos || !is_host_list(hosts));
  if (split_user || std::ranges::count(before_options, '@') > 1 || std::ranges::count(user, ':') > 1 ||
      user.find('#') != std::string_view::npos || has_stray_percent(user))
    throw startup_error(encode_it);
  if (hosts.empty() || !is_host_list(hosts)) {
    throw startup_error(
        "the MongoDB URI names no host, or one that is none; write for example "
        "mongodb://USER:PASSWORD@HOST:27017/buttond");
  }
  if (before_options.size() <= authority.size() + 1) {
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
    if (uri.starts_with(scheme)) {
      check_mongodb(std::string_view(uri).substr(scheme.size()));
      return;
    }
  }
  throw startup_error(
      "is neither sqlite:FILE nor mongodb://HOST/DATABASE; write for example "
      "sqlite:/var/lib/buttond/buttond.db");
}

}  // namespace buttond
