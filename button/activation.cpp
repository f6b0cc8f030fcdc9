#include "button/activation.hpp"

#include "common/error.hpp"

#include <systemd/sd-daemon.h>

#include <cstdlib>
#include <memory>
#include <string_view>

namespace buttond {

inherited_sockets take_inherited_sockets() {
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(1, &names);
  if (count < 0)
    throw startup_error("socket activation: LISTEN_FDS or LISTEN_PID is not what systemd would set");
  inherited_sockets sockets;
  for (int i = 0; i < count; ++i) {
    const bool admin = names && std::string_view(names[i]) == "admin";
    (admin ? sockets.admin : sockets.site).push_back(SD_LISTEN_FDS_START + i);
    if (names) std::free(names[i]);
  }
  std::free(static_cast<void*>(names));
  return sockets;
}

void notify_manager(const std::string& state) {
  sd_notify(0, state.c_str());
}

}  // namespace buttond
