#pragma once
// What this process may use of the machine, or of the control group that it runs in (systemd's MemoryMax=, a
// container's limit).

#include <cstddef>
#include <string>

namespace buttond {

struct memory_room {
  std::size_t bytes;
  std::string of;  // "this machine", "its control group (MemoryMax=, or the container's limit)"
};

memory_room memory_of_process();

}  // namespace buttond
