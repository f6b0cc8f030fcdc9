// floor: the least that a server on one core can do for an answer. One epoll loop; an empty line ends a
// request, and every request gets the same bytes. It looks at nothing, counts nothing, times nothing out.
// What it takes, the kernel takes.
// usage: floor PORT FILE-WITH-THE-ANSWER

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t most_pipelined = 64;

int listen_on(std::uint16_t port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 4096) != 0) {
    std::perror("floor: listen");
    std::exit(1);
  }
  return listener;
}

void watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void accept_all(int epoll, int listener) {
  while (true) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection < 0) return;
    const int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(epoll, connection);
  }
}

// Loads do not split a request over two writes, so a read holds whole requests.
std::size_t count_requests(std::string_view input) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = input.find("\r\n\r\n", at)) != std::string_view::npos; at += 4) ++count;
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: floor PORT FILE-WITH-THE-ANSWER\n", stderr);
    return 2;
  }
  std::ifstream file(argv[2], std::ios::binary);
  const std::string answer{std::istreambuf_iterator<char>(file), {}};
  std::string answers;
  for (std::size_t i = 0; i < most_pipelined; ++i) answers += answer;

  const int listener = listen_on(static_cast<std::uint16_t>(std::atoi(argv[1])));
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  watch(epoll, listener);
  static std::array<char, std::size_t{64} * 1024> input;
  std::array<epoll_event, 512> events;
  while (true) {
    const int ready = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const int connection = events[static_cast<std::size_t>(i)].data.fd;
      if (connection == listener) {
        accept_all(epoll, listener);
        continue;
      }
      const ssize_t size = read(connection, input.data(), input.size());
      if (size <= 0) {
        close(connection);
        continue;
      }
      const std::size_t count = count_requests({input.data(), static_cast<std::size_t>(size)});
      if (write(connection, answers.data(), count * answer.size()) < 0) close(connection);
    }
  }
}
