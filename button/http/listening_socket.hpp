#pragma once
// A socket that listens: bound here, or handed in by the service manager.
// A TCP address has one socket a loop (SO_REUSEPORT), among which the kernel shares out the connections. A
// Unix socket, and one that was handed in, is a single queue: every loop watches it with EPOLLEXCLUSIVE, so
// that a connection wakes one loop that has nothing to do and not all of them.
// Owned by the loops that accept from it; the last one closes it and removes a Unix socket's file.

#include "common/unique_fd.hpp"

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace buttond::http {

class listening_socket {
 public:
  enum class kind : std::uint8_t { own, shared, inherited };

  listening_socket(unique_fd socket, kind is, std::string file);
  ~listening_socket();
  listening_socket(const listening_socket&) = delete;
  listening_socket& operator=(const listening_socket&) = delete;

  int fd() const noexcept { return socket_.get(); }
  kind is() const noexcept { return is_; }

  /// As server::addresses() says it.
  std::string address() const;

 private:
  unique_fd socket_;
  kind is_;
  std::string file_;  // to remove; empty where there is none
};

using listening_socket_ptr = std::shared_ptr<listening_socket>;

/// Listens where parse_listen_address says: one socket for each of `loops` (the same one where
/// it is shared). A Unix socket has `mode`. Throws startup_error with what to do about it.
std::vector<listening_socket_ptr> listen_on(const std::string& where, std::size_t loops, mode_t mode);

/// Takes over a listening socket. Throws startup_error for what is not one.
listening_socket_ptr adopt_socket(int fd);

}  // namespace buttond::http
