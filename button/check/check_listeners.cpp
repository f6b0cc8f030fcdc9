#include "button/check/check_listeners.hpp"

#include "button/activation.hpp"
#include "button/check/socket_holder.hpp"
#include "button/http/listen_address.hpp"
#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace buttond {
namespace {

enum class availability : std::uint8_t { free, taken, impossible };

struct looked_at {
  availability is;
  std::string why;
};

/// Binds for a moment. Where somebody listens, that fails; a bound socket that does not listen takes no
/// connection, and leaves others free to listen (SO_REUSEADDR).
looked_at look_at_tcp(const http::listen_address& address) {
  const unique_fd socket(::socket(address.socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return {availability::impossible, std::strerror(errno)};
  const int on = 1;
  const int only_six = address.both_families ? 0 : 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (address.socket.ss_family == AF_INET6)
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_six, sizeof(only_six));
  if (::bind(socket.get(), address.raw(), address.length) == 0) return {availability::free, {}};
  if (errno == EADDRINUSE) return {availability::taken, {}};
  std::string why = std::strerror(errno);
  if (errno == EACCES) why += "; choose a port from 1024 up, or give the process CAP_NET_BIND_SERVICE";
  if (errno == EADDRNOTAVAIL) why += "; this machine does not have that address";
  return {availability::impossible, std::move(why)};
}

looked_at look_at_unix(const http::listen_address& address) {
  const std::filesystem::path path = address.path();
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0) {
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    if (::access(folder.c_str(), W_OK | X_OK) == 0) return {availability::free, {}};
    return {availability::impossible, folder.string() + ": " + std::strerror(errno) +
                                          "; make the directory, for the user that buttond runs as"};
  }
  if (!S_ISSOCK(facts.st_mode))
    return {availability::impossible,
            "there is a file of that name that is not a socket; choose another name"};
  const unique_fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return {availability::impossible, std::strerror(errno)};
  const bool lives = ::connect(probe.get(), address.raw(), address.length) == 0 || errno == EAGAIN;
  return {lives ? availability::taken : availability::free, {}};
}

class listeners {
 public:
  explicit listeners(check_report& report) : report_(report) {
    const inherited_sockets handed_in = take_inherited_sockets();
    for (const int fd : handed_in.site) handed_in_.push_back(http::bound_address(fd));
    for (const int fd : handed_in.admin) handed_in_.push_back(http::bound_address(fd));
    site_handed_in_ = !handed_in.site.empty();
    admin_handed_in_ = !handed_in.admin.empty();
  }

  bool site_handed_in() const { return site_handed_in_; }
  bool admin_handed_in() const { return admin_handed_in_; }

  void look(const std::string& flag, const std::string& text) {
    const http::listen_address address = http::parse_listen_address(text);
    for (const http::listen_address& each : handed_in_) {
      if (!http::overlap(each, address)) continue;
      report_.error(
          "{}: systemd's socket has {} already (ListenStream= of the .socket unit); leave it out here", flag,
          text);
      return;
    }
    const looked_at found = address.is_unix() ? look_at_unix(address) : look_at_tcp(address);
    switch (found.is) {
      case availability::free:
        report_.ok("{}: {} is free", flag, text);
        break;
      case availability::taken:
        tell_holder(flag, text, address);
        break;
      case availability::impossible:
        report_.error("{}: cannot listen on {}: {}", flag, text, found.why);
        break;
    }
  }

 private:
  void tell_holder(const std::string& flag, const std::string& text, const http::listen_address& address) {
    const socket_holder holder = holder_of(address);
    const std::string process = holder.name.empty() ? "another process (ss -ltnxp, as root, names it)"
                                                    : fmt::format("{} (process {})", holder.name, holder.pid);
    if (holder.name == "buttond") {
      report_.ok("{}: {} is held by a buttond that runs (process {})", flag, text, holder.pid);
    } else if (holder.pid == 1) {
      report_.error(
          "{}: {} is held by systemd's .socket unit, which hands it to the service it is of; leave it out "
          "here, "
          "or systemctl stop buttond.socket",
          flag, text);
    } else {
      report_.error("{}: {} is held by {}; stop that, or choose another address", flag, text, process);
    }
  }

  check_report& report_;
  std::vector<http::listen_address> handed_in_;
  bool site_handed_in_ = false;
  bool admin_handed_in_ = false;
};

}  // namespace

void check_listeners(const config& settings, check_report& report) {
  listeners found(report);
  if (found.site_handed_in()) report.ok("--listen: systemd hands in a socket");
  if (!found.site_handed_in() || settings.listen_given) {
    for (const std::string& each : settings.listen) found.look("--listen", each);
  }
  if (found.admin_handed_in())
    report.ok("--admin: systemd hands in a socket");
  else if (settings.admin != "off")
    found.look("--admin", settings.admin);
  if (!settings.probes.empty()) found.look("--probes", settings.probes);
}

}  // namespace buttond
