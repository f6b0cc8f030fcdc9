#include "button/check/check_machine.hpp"

#include "button/descriptors.hpp"
#include "button/impressions/journal.hpp"
#include "common/error.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>

namespace buttond {
namespace {

struct file_system {
  std::uint32_t magic;
  std::string_view name;
  std::string_view harm;  // empty: it is a local disk
};

/// Source: statfs(2), linux/magic.h.
constexpr std::array file_systems{
    file_system{0xEF53, "ext4", ""},
    file_system{0x58465342, "xfs", ""},
    file_system{0x9123683E, "btrfs", ""},
    file_system{0x2FC12FC1, "zfs", ""},
    file_system{0xF2F52010, "f2fs", ""},
    file_system{0x01021994, "tmpfs",
                "which is memory: a restart of the machine loses what the store does not have"},
    file_system{0x794C7630, "overlayfs", "which goes with its container: mount a volume there"},
    file_system{0x6969, "NFS", "which is not a local disk: what was counted may be lost when a machine dies"},
    file_system{0xFF534D42, "CIFS",
                "which is not a local disk: what was counted may be lost when a machine dies"},
    file_system{0xFE534D42, "SMB",
                "which is not a local disk: what was counted may be lost when a machine dies"},
};

/// The directory itself, or the nearest above it that there is.
std::filesystem::path nearest_existing(std::filesystem::path directory) {
  std::error_code ignored;
  directory = std::filesystem::absolute(directory, ignored);
  while (!std::filesystem::exists(directory, ignored) && directory.has_parent_path() &&
         directory != directory.parent_path())
    directory = directory.parent_path();
  return directory;
}

bool may_write(const std::filesystem::path& directory) {
  return ::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

void check_file_system(const std::filesystem::path& place, check_report& report) {
  struct statfs facts {};
  if (::statfs(place.c_str(), &facts) != 0) return;
  for (const file_system& each : file_systems) {
    if (static_cast<std::uint32_t>(facts.f_type) != each.magic) continue;
    if (each.harm.empty())
      report.ok("file system: {}", each.name);
    else
      report.warning("file system: {} is on {}, {}", place.string(), each.name, each.harm);
    return;
  }
  report.ok("file system: type {:#x}; it must be a local disk", static_cast<std::uint32_t>(facts.f_type));
}

void check_room(const config& settings, const std::filesystem::path& place, check_report& report) {
  // README, "The disk of a node": three sheets of each thread at most, two of the shares; and as much again
  // for what waits for the store.
  const std::uint64_t of_thread = 3 * sheet_file_bytes({});
  const std::uint64_t of_shares = 2 * sheet_file_bytes(sheet_of_shares);
  struct statvfs facts {};
  if (::statvfs(place.c_str(), &facts) != 0) {
    report.warning("room: {}: {}", place.string(), std::strerror(errno));
    return;
  }
  const std::uint64_t free = static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
  const std::uint64_t needed = 2 * (settings.threads * of_thread + of_shares);
  const auto in_mib = [](std::uint64_t bytes) { return bytes >> 20; };
  if (free < needed) {
    report.warning("room: {} MiB are free for this user, and {} MiB are needed with --threads {}; make room",
                   in_mib(free), in_mib(needed), settings.threads);
  } else if (facts.f_files > 0 && facts.f_favail < 1'000) {
    report.warning("room: the file system has room for {} more files only; make room", facts.f_favail);
  } else {
    report.ok("room: {} MiB are free, and {} MiB are needed", in_mib(free), in_mib(needed));
  }
}

}  // namespace

void check_data_directory(const config& settings, check_report& report) {
  const std::filesystem::path place = nearest_existing(settings.data);
  const std::string data = settings.data.string();
  std::error_code failed;
  const bool is_there = std::filesystem::exists(settings.data, failed);
  const bool is_directory = std::filesystem::is_directory(place, failed);
  // The server counts in memory where it cannot write, so that it starts all the same.
  constexpr const char* consequence =
      "what is counted would be in memory only, and lost when the process dies";
  if (!is_directory) {
    report.warning("data directory: {} is not a directory; {}; name another by --data", place.string(),
                   consequence);
  } else if (!may_write(place)) {
    report.warning(
        "data directory: {} cannot be written by this user: {}; {}; chown it, or name another by --data",
        place.string(), std::strerror(errno), consequence);
  } else if (!is_there) {
    report.ok("data directory: {} is not there yet; the start makes it", data);
  } else {
    report.ok("data directory: {} can be written", data);
  }
  check_file_system(place, report);
  check_room(settings, place, report);
}

void check_descriptors(const config& settings, check_report& report) {
  try {
    const std::size_t room = reserve_descriptors(settings.limit.connections);
    if (room < settings.limit.connections) {
      report.warning(
          "descriptors: room for {} connections, not {}; raise the limit (ulimit -n, LimitNOFILE=), or lower "
          "--max-connections",
          room, settings.limit.connections);
    } else {
      report.ok("descriptors: enough for {} connections", room);
    }
  } catch (const startup_error& error) {
    report.error("descriptors: {}", error.what());
  }
}

void check_clock(check_report& report) {
  struct stat program {};
  const std::time_t now = std::time(nullptr);
  constexpr std::time_t day = std::time_t{24} * 3'600;
  if (::stat("/proc/self/exe", &program) == 0 && now + day < program.st_mtime) {
    report.warning(
        "clock: it is set to a day before this program was installed; set it (timedatectl set-ntp true)");
    return;
  }
  timex state{};
  if (::adjtimex(&state) < 0) {
    report.ok("clock: whether it is kept in time cannot be seen here");
  } else if ((state.status & STA_UNSYNC) != 0) {
    report.warning(
        "clock: nothing keeps it in time, and days are counted by it; run chrony or systemd-timesyncd "
        "(timedatectl "
        "set-ntp true)");
  } else {
    report.ok("clock: it is kept in time");
  }
}

}  // namespace buttond
