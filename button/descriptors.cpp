#include "button/descriptors.hpp"

#include "common/error.hpp"

#include <spdlog/spdlog.h>

#include <sys/resource.h>

#include <algorithm>

namespace buttond {
namespace {

// The journal, the store's connections, the listeners, the connections of --admin and --probes.
constexpr std::size_t others = 320;

}  // namespace

std::size_t reserve_descriptors(std::size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) throw startup_error("cannot read the limit of open files");
  const rlim_t needed = connections + others;
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min(needed, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= needed) return connections;
  if (limit.rlim_cur <= others) {
    throw startup_error(
        "only " + std::to_string(limit.rlim_cur) +
        " open files are allowed; raise the limit (ulimit -n, LimitNOFILE=) to at least 1024");
  }
  const std::size_t room = limit.rlim_cur - others;
  spdlog::warn(
      "room for {} connections, not {}: only {} open files are allowed; raise the limit (ulimit -n, "
      "LimitNOFILE=) or "
      "lower --max-connections",
      room, connections, limit.rlim_cur);
  return room;
}

}  // namespace buttond
