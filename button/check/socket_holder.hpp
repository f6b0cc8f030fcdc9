#pragma once
// Which process listens on an address, as far as this user may see it (/proc).

#include "button/http/listen_address.hpp"

#include <sys/types.h>

#include <string>

namespace buttond {

struct socket_holder {
  pid_t pid = 0;     // 0: it cannot be seen
  std::string name;  // of its program; empty: it cannot be seen
};

/// Where the process itself cannot be seen (it is another user's, or hides its memory, as buttond does), a
/// buttond of the user whose socket it is.
socket_holder holder_of(const http::listen_address& address);

}  // namespace buttond
