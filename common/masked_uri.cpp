#include "common/masked_uri.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>

namespace buttond {
namespace {

constexpr std::string_view mask = "***";

/// The options of a MongoDB URI that an operator wants to see, in lower case.
constexpr std::array<std::string_view, 35> plain_options{
    "appname",
    "authmechanism",
    "authsource",
    "connecttimeoutms",
    "directconnection",
    "gssapiservicename",
    "heartbeatfrequencyms",
    "journal",
    "loadbalanced",
    "localthresholdms",
    "maxidletimems",
    "maxpoolsize",
    "maxstalenessseconds",
    "minpoolsize",
    "readconcernlevel",
    "readpreference",
    "readpreferencetags",
    "replicaset",
    "retryreads",
    "retrywrites",
    "serverselectiontimeoutms",
    "serverselectiontryonce",
    "socketcheckintervalms",
    "sockettimeoutms",
    "srvmaxhosts",
    "srvservicename",
    "ssl",
    "tls",
    "tlsallowinvalidcertificates",
    "tlsallowinvalidhostnames",
    "tlsinsecure",
    "w",
    "waitqueuetimeoutms",
    "wtimeoutms",
    "zlibcompressionlevel",
};

bool is_plain_option(std::string_view name) {
  return std::ranges::any_of(plain_options,
                             [&](std::string_view plain) { return equals_ignoring_case(name, plain); });
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "db1", "db1:27017" or "[::1]:27017", and nothing that could be a name with its password.
bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return false;
    const auto inside = host.substr(1, end - 1);
    if (inside.find_first_not_of("0123456789abcdefABCDEF:.%") != std::string_view::npos) return false;
    host.remove_prefix(end + 1);
    if (!host.empty() && host.front() != ':') return false;
  } else {
    const auto colon = host.find(':');
    host.remove_prefix(std::min(colon, host.size()));
  }
  if (host.empty()) return true;
  host.remove_prefix(1);
  return host.size() <= 5 && std::ranges::all_of(host, is_digit);
}

bool are_hosts(std::string_view hosts) {
  while (true) {
    const auto comma = hosts.find(',');
    if (!is_host(hosts.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    hosts.remove_prefix(comma + 1);
  }
}

std::string masked_option(std::string_view option) {
  const auto equals = option.find('=');
  // Without its name it may be the rest of a value that has an '&'.
  if (equals == std::string_view::npos) return std::string(option.empty() ? "" : mask);
  const std::string_view name = option.substr(0, equals);
  if (is_plain_option(name)) return std::string(option);
  return std::string(name).append("=").append(mask);
}

std::string masked_options(std::string_view options) {
  std::string told;
  while (true) {
    const auto end = options.find_first_of("&;");
    told += masked_option(options.substr(0, end));
    if (end == std::string_view::npos) return told;
    told += options[end];
    options.remove_prefix(end + 1);
  }
}

/// Hosts, database and options.
std::string masked_place(std::string_view place) {
  const auto query = place.find('?');
  const std::string_view path = place.substr(0, query);
  const std::string_view hosts = path.substr(0, path.find('/'));
  if (!are_hosts(hosts)) {
    if (hosts.starts_with('[')) return std::string(mask);
    return std::string(hosts.substr(0, hosts.find(':'))).append(":").append(mask);
  }
  std::string told(path);
  if (query != std::string_view::npos) told += "?" + masked_options(place.substr(query + 1));
  return told;
}

}  // namespace

std::string masked_uri(std::string_view uri) {
  constexpr std::string_view sqlite = "sqlite:";
  if (uri.empty() || uri.starts_with(sqlite)) return std::string(uri);
  const auto scheme = uri.find("://");
  // Without one there is nothing that would tell a password from the rest.
  if (scheme == std::string_view::npos) return std::string(mask);
  std::string told(uri.substr(0, scheme + 3));
  uri.remove_prefix(scheme + 3);
  const auto at = uri.rfind('@');
  if (at == std::string_view::npos) return told + masked_place(uri);
  const std::string_view user = uri.substr(0, at);
  const auto end = user.find_first_of(":/?#&=");
  told += user.substr(0, end);
  if (end != std::string_view::npos) told.append(":").append(mask);
  return told + "@" + masked_place(uri.substr(at + 1));
}

}  // namespace buttond
