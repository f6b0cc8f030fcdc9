#include "button/handlers/metrics/process_numbers.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace buttond {
namespace {

std::optional<double> seconds_of(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) return std::nullopt;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void read_memory(process_numbers& into) {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  if (!(std::ifstream("/proc/self/statm") >> all >> resident)) return;
  into.virtual_bytes = all * page;
  into.resident_bytes = resident * page;
}

std::optional<std::uint64_t> limit_of_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  return limit.rlim_cur;
}

/// When none is left, they cannot be listed either.
std::optional<std::uint64_t> count_files(std::optional<std::uint64_t> most) {
  std::error_code failure;
  const std::filesystem::directory_iterator files("/proc/self/fd", failure);
  if (failure == std::errc::too_many_files_open) return most;
  if (failure) return std::nullopt;
  return static_cast<std::uint64_t>(std::distance(begin(files), end(files))) - 1;  // one is for the list
}

/// By the clocks, since /proc/stat, which has the time of the boot, is not there for a service of its own
/// (ProcSubset=pid). Source: proc(5), field 22 of /proc/[pid]/stat.
std::optional<double> read_start() {
  std::ifstream file("/proc/self/stat");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  text.erase(0, text.rfind(')') + 1);  // the name may hold anything
  std::istringstream fields(text);
  constexpr int fields_between = 19;
  std::string skipped;
  for (int i = 0; i < fields_between; ++i) fields >> skipped;
  double ticks = 0;
  const auto now = seconds_of(CLOCK_REALTIME);
  const auto since_boot = seconds_of(CLOCK_BOOTTIME);
  if (!(fields >> ticks) || !now || !since_boot) return std::nullopt;
  return *now - *since_boot + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

process_numbers read_process_numbers() {
  // Once: by clocks that are set meanwhile it would move.
  static const std::optional<double> started = read_start();
  process_numbers numbers;
  numbers.cpu_seconds = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  read_memory(numbers);
  numbers.most_files = limit_of_files();
  numbers.open_files = count_files(numbers.most_files);
  numbers.started = started;
  return numbers;
}

}  // namespace buttond
