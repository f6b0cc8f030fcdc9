#pragma once
// What systemd hands in and is told: listening sockets (sd_listen_fds(3)) and readiness (sd_notify(3)).
// Without systemd, none and nothing. Called from the main thread only.

#include <string>
#include <vector>

namespace buttond {

struct inherited_sockets {
  std::vector<int> site;
  std::vector<int> admin;  // those with FileDescriptorName=admin
};

/// Takes the sockets over; a second call finds none.
inherited_sockets take_inherited_sockets();

/// Tells the service manager, for example "READY=1".
void notify_manager(const std::string& state);

}  // namespace buttond
