#include "button/config/machine.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

namespace buttond {
namespace {

/// The number in `file`; the greatest there is where it says "max", or is not there.
std::size_t limit_in(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::size_t bytes = 0;
  return in >> bytes ? bytes : std::numeric_limits<std::size_t>::max();
}

/// Of the group and of those it is in: the hierarchy of version 2, or of version 1 for memory.
/// Source: cgroups(7), "0::/path" and "N:memory:/path" in /proc/self/cgroup.
std::size_t limit_of_group() {
  std::size_t least = std::numeric_limits<std::size_t>::max();
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const auto name = line.find(':') + 1;
    const auto path = line.find(':', name) + 1;
    if (name == 0 || path == 0) continue;
    const std::string controllers = line.substr(name, path - 1 - name);
    const bool version2 = controllers.empty();
    if (!version2 && ("," + controllers + ",").find(",memory,") == std::string::npos) continue;
    const std::filesystem::path root = version2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    const char* const file = version2 ? "memory.max" : "memory.limit_in_bytes";
    for (auto group = std::filesystem::path(line.substr(path)).relative_path();;
         group = group.parent_path()) {
      least = std::min(least, limit_in(root / group / file));
      if (group.empty()) break;
    }
  }
  return least;
}

}  // namespace

memory_room memory_of_process() {
  const auto pages = ::sysconf(_SC_PHYS_PAGES);
  const auto page = ::sysconf(_SC_PAGESIZE);
  const std::size_t machine = pages > 0 && page > 0
                                  ? static_cast<std::size_t>(pages) * static_cast<std::size_t>(page)
                                  : std::numeric_limits<std::size_t>::max();
  const std::size_t group = limit_of_group();
  if (group < machine) return {group, "its control group (MemoryMax=, or the container's limit)"};
  return {machine, "this machine"};
}

}  // namespace buttond
