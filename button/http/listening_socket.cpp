#include "button/http/listening_socket.hpp"

#include "common/error.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace buttond::http {
namespace {

constexpr std::string_view unix_prefix = "unix:";

struct address_info_deleter {
  void operator()(addrinfo* info) const noexcept { ::freeaddrinfo(info); }
};
using address_info = std::unique_ptr<addrinfo, address_info_deleter>;

[[noreturn]] void fail(std::string_view where, std::string_view why) {
  throw startup_error(fmt::format("cannot listen on {}: {}", where, why));
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

address_info resolve(const std::string& where) {
  const auto colon = where.rfind(':');
  std::string host = where.substr(0, colon == std::string::npos ? 0 : colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::string port = colon == std::string::npos ? std::string() : where.substr(colon + 1);
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  // getaddrinfo takes a port beyond 65535 for its last 16 bits.
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  const bool is_port = error == std::errc() && end == port.data() + port.size() && !port.empty();
  if (host.empty() || !is_port || ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0)
    fail(where,
         "this is not an address; write ADDR:PORT, [ADDR]:PORT or unix:PATH, "
         "for example 0.0.0.0:8080");
  return address_info(found);
}

unique_fd bind_tcp(const addrinfo& to, bool share_port, std::string_view where) {
  unique_fd socket(::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) fail_with_errno(where);
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1, where);
  // Each family by itself, so that 0.0.0.0 and [::] can both be given.
  if (to.ai_family == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1, where);
  if (share_port) set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1, where);
  // What is accepted inherits it.
  set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1, where);
  if (::bind(socket.get(), to.ai_addr, to.ai_addrlen) != 0) fail_with_errno(where);
  return socket;
}

void start_listening(const unique_fd& socket, std::string_view where) {
  if (::listen(socket.get(), SOMAXCONN) != 0) fail_with_errno(where);
}

std::vector<listening_socket_ptr> listen_tcp(const std::string& where, std::size_t loops) {
  const address_info to = resolve(where);
  const bool share_port = loops > 1;
  // SO_REUSEPORT would let a second server of the same user in without a word: try without it first.
  if (share_port) start_listening(bind_tcp(*to, false, where), where);
  std::vector<listening_socket_ptr> sockets;
  while (sockets.size() < loops) {
    unique_fd socket = bind_tcp(*to, share_port, where);
    start_listening(socket, where);
    // The port that 0 stands for is the same for all.
    socklen_t length = to->ai_addrlen;
    if (::getsockname(socket.get(), to->ai_addr, &length) != 0) fail_with_errno(where);
    sockets.push_back(
        std::make_shared<listening_socket>(std::move(socket), listening_socket::kind::own, std::string()));
  }
  return sockets;
}

/// Removes the socket file of a process that is gone.
void remove_stale(const sockaddr_un& address, std::string_view where) {
  struct stat status {};
  if (::lstat(address.sun_path, &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) fail(where, "there is a file of that name that is not a socket");
  const unique_fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) fail_with_errno(where);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ||
      errno == EAGAIN) {
    errno = EADDRINUSE;
    fail_with_errno(where);
  }
  if (errno != ECONNREFUSED) fail_with_errno(where);
  ::unlink(address.sun_path);
}

listening_socket_ptr listen_unix(const std::string& where, mode_t mode) {
  const std::string path = where.substr(unix_prefix.size());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path))
    fail(where, fmt::format("a socket's path has 1 to {} bytes", sizeof(address.sun_path) - 1));
  path.copy(address.sun_path, path.size());
  remove_stale(address, where);
  unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) fail_with_errno(where);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    fail_with_errno(where);
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
  if (where.starts_with(unix_prefix)) return std::vector(loops, listen_unix(where, mode));
  return listen_tcp(where, loops);
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
