#include "button/http/listening_socket.hpp"

#include "button/http/listen_address.hpp"
#include "common/error.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace buttond::http {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view held_by_ourselves =
    "Address already in use: systemd's socket has it (ListenStream= of the .socket unit), or another flag; "
    "leave "
    "it out here, or choose another address";

[[noreturn]] void fail(std::string_view where, std::string_view why) {
  throw startup_error(fmt::format("cannot listen on {}: {}", where, why));
}

listen_address parse(const std::string& where) {
  try {
    return parse_listen_address(where);
  } catch (const startup_error& error) {
    fail(where, error.what());
  }
}

/// Whether a socket of this process listens there: one that it was started with, as a rule.
bool is_held_by_ourselves(const listen_address& address) {
  constexpr int most_descriptors = 256;  // whoever starts us hands in a few, from 3 on
  for (int fd = 3; fd < most_descriptors; ++fd) {
    int listening = 0;
    socklen_t length = sizeof(listening);
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening != 0 &&
        overlap(bound_address(fd), address))
      return true;
  }
  return false;
}

[[noreturn]] void fail_with_errno(std::string_view where) {
  const int error = errno;
  std::string why = std::strerror(error);
  if (error == EADDRINUSE) why += "; stop what listens there, or choose another address";
  if (error == EADDRNOTAVAIL) why += "; this machine does not have that address";
  if (error == EACCES) why += "; choose a port from 1024 up, or give the process CAP_NET_BIND_SERVICE";
  fail(where, why);
}

void set_option(int fd, int level, int name, int value, std::string_view where) {
  if (::setsockopt(fd, level, name, &value, sizeof(value)) != 0) fail_with_errno(where);
}

/// Binds the socket, or says who has the address already.
void bind_to(const unique_fd& socket, const listen_address& to, std::string_view where) {
  if (::bind(socket.get(), to.raw(), to.length) == 0) return;
  const int error = errno;
  if (error == EADDRINUSE && is_held_by_ourselves(to)) fail(where, held_by_ourselves);
  errno = error;
  fail_with_errno(where);
}

unique_fd bind_tcp(const listen_address& to, bool share_port, std::string_view where) {
  unique_fd socket(::socket(to.socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) fail_with_errno(where);
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1, where);
  // Each family by itself, so that 0.0.0.0 and [::] can both be given.
  if (to.socket.ss_family == AF_INET6)
    set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, to.both_families ? 0 : 1, where);
  if (share_port) set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1, where);
  // What is accepted inherits it.
  set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1, where);
  bind_to(socket, to, where);
  return socket;
}

void start_listening(const unique_fd& socket, std::string_view where) {
  if (::listen(socket.get(), SOMAXCONN) != 0) fail_with_errno(where);
}

/// Where ":PORT" cannot have IPv6, it is IPv4 alone.
listen_address as_this_machine_has_it(listen_address to) {
  if (!to.both_families || unique_fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0))) return to;
  return parse_listen_address(fmt::format("0.0.0.0:{}", to.port()));
}

std::vector<listening_socket_ptr> listen_tcp(const listen_address& given, const std::string& where,
                                             std::size_t loops) {
  listen_address to = as_this_machine_has_it(given);
  const bool share_port = loops > 1;
  // SO_REUSEPORT would let a second server of the same user in without a word: try without it first. That
  // socket must not listen: who came to it would be cut off with what he asked.
  if (share_port) bind_tcp(to, false, where);
  std::vector<listening_socket_ptr> sockets;
  while (sockets.size() < loops) {
    unique_fd socket = bind_tcp(to, share_port, where);
    start_listening(socket, where);
    to = bound_address(socket.get());  // the port that 0 stands for is the same for all
    sockets.push_back(
        std::make_shared<listening_socket>(std::move(socket), listening_socket::kind::own, std::string()));
  }
  return sockets;
}

/// Removes the socket file of a process that is gone.
void remove_stale(const listen_address& address, std::string_view where) {
  struct stat status {};
  if (::lstat(address.path().c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) fail(where, "there is a file of that name that is not a socket");
  const unique_fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) fail_with_errno(where);
  if (::connect(probe.get(), address.raw(), address.length) == 0 || errno == EAGAIN) {
    if (is_held_by_ourselves(address)) fail(where, held_by_ourselves);
    errno = EADDRINUSE;
    fail_with_errno(where);
  }
  if (errno != ECONNREFUSED) fail_with_errno(where);
  ::unlink(address.path().c_str());
}

listening_socket_ptr listen_unix(const listen_address& address, const std::string& where, mode_t mode) {
  const std::string path = address.path();
  remove_stale(address, where);
  unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) fail_with_errno(where);
  bind_to(socket, address, where);
  if (::chmod(path.c_str(), mode) != 0) fail_with_errno(where);
  start_listening(socket, where);
  return std::make_shared<listening_socket>(std::move(socket), listening_socket::kind::shared, path);
}

}  // namespace

listening_socket::listening_socket(unique_fd socket, kind is, std::string file)
    : socket_(std::move(socket)), is_(is), file_(std::move(file)) {}

listening_socket::~listening_socket() {
  if (!file_.empty()) ::unlink(file_.c_str());
}

std::string listening_socket::address() const {
  sockaddr_storage storage{};
  socklen_t length = sizeof(storage);
  if (::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &length) != 0) return "unknown";
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (storage.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(storage);
    ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
    return fmt::format("{}:{}", text.data(), ntohs(four.sin_port));
  }
  if (storage.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(storage);
    ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    return fmt::format("[{}]:{}", text.data(), ntohs(six.sin6_port));
  }
  return fmt::format("{}{}", unix_prefix, reinterpret_cast<const sockaddr_un&>(storage).sun_path);
}

std::vector<listening_socket_ptr> listen_on(const std::string& where, std::size_t loops, mode_t mode) {
  const listen_address to = parse(where);
  if (to.is_unix()) return std::vector(loops, listen_unix(to, where, mode));
  return listen_tcp(to, where, loops);
}

listening_socket_ptr adopt_socket(int fd) {
  auto socket =
      std::make_shared<listening_socket>(unique_fd(fd), listening_socket::kind::inherited, std::string());
  const std::string where = fmt::format("inherited descriptor {}", fd);
  int listening = 0;
  socklen_t length = sizeof(listening);
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || listening == 0)
    fail(where, "this is not a listening socket; check the .socket unit (Accept=no, ListenStream=)");
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
    fail_with_errno(where);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));  // not for a Unix socket, which needs none
  return socket;
}

}  // namespace buttond::http
