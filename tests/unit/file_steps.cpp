#include "tests/unit/file_steps.hpp"

#include <fcntl.h>
#include <sys/types.h>

#include <cerrno>
#include <cstdarg>
#include <filesystem>
#include <system_error>
#include <utility>

namespace {

using buttond::testing::file_step;

thread_local std::function<int(const file_step&)> watcher;

int ask(const file_step& step) {
  if (!watcher) return 0;
  // What the watcher itself does with files is not a step.
  auto watching = std::exchange(watcher, nullptr);
  const int failure = watching(step);
  watcher = std::move(watching);
  return failure;
}

bool fails(const file_step& step) {
  const int failure = ask(step);
  if (failure != 0) errno = failure;
  return failure != 0;
}

std::string path_of(int fd) {
  if (!watcher) return {};
  std::error_code unknown;
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), unknown).string();
}

}  // namespace

namespace buttond::testing {

file_steps::file_steps(std::function<int(const file_step&)> step) {
  watcher = std::move(step);
}

file_steps::~file_steps() {
  watcher = nullptr;
}

}  // namespace buttond::testing

// The names are the linker's.
// NOLINTBEGIN(readability-identifier-naming, bugprone-reserved-identifier)
extern "C" {

int __real_open(const char* path, int flags, ...);
ssize_t __real_write(int fd, const void* bytes, size_t count);
int __real_rename(const char* from, const char* to);
int __real_unlink(const char* path);
int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_posix_fallocate(int fd, off_t offset, off_t length);

int __wrap_open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
    if (fails({"open", path, {}})) return -1;
  }
  return __real_open(path, flags, mode);
}

ssize_t __wrap_write(int fd, const void* bytes, size_t count) {
  return fails({"write", path_of(fd), {}}) ? -1 : __real_write(fd, bytes, count);
}

int __wrap_rename(const char* from, const char* to) {
  return fails({"rename", from, to}) ? -1 : __real_rename(from, to);
}

int __wrap_unlink(const char* path) {
  return fails({"unlink", path, {}}) ? -1 : __real_unlink(path);
}

int __wrap_fdatasync(int fd) {
  return fails({"fdatasync", path_of(fd), {}}) ? -1 : __real_fdatasync(fd);
}

int __wrap_fsync(int fd) {
  return fails({"fsync", path_of(fd), {}}) ? -1 : __real_fsync(fd);
}

int __wrap_posix_fallocate(int fd, off_t offset, off_t length) {
  const int failure = ask({"posix_fallocate", path_of(fd), {}});
  return failure != 0 ? failure : __real_posix_fallocate(fd, offset, length);
}
}
// NOLINTEND(readability-identifier-naming, bugprone-reserved-identifier)
