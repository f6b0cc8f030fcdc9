#include "common/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace buttond {
namespace {

error_code system_error(int code) noexcept {
  return {code, boost::system::system_category()};
}

error_code last_error() noexcept {
  return system_error(errno);
}

// Calls again while a signal interrupts.
template <class Call>
auto uninterrupted(Call call) noexcept {
  auto outcome = call();
  while (outcome < 0 && errno == EINTR) outcome = call();
  return outcome;
}

}  // namespace

result<memory_map> memory_map::of_file(int fd, std::size_t bytes) noexcept {
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return last_error();
  // Read ahead, the first touch of a new file takes milliseconds in one piece: for zeros, of pages that may
  // never be needed. A wish: nothing depends on it.
  ::madvise(at, bytes, MADV_RANDOM);
  return memory_map({static_cast<std::byte*>(at), bytes});
}

result<memory_map> memory_map::anonymous(std::size_t bytes) noexcept {
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return last_error();
  return memory_map({static_cast<std::byte*>(at), bytes});
}

memory_map::~memory_map() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

result<unique_fd> open_file(const std::filesystem::path& file, int flags) {
  const int fd = uninterrupted([&] { return ::open(file.c_str(), flags | O_CLOEXEC, 0640); });
  if (fd < 0) return last_error();
  return unique_fd(fd);
}

result<std::string> read_file(const std::filesystem::path& file, std::size_t most) {
  auto opened = open_file(file, O_RDONLY | O_NONBLOCK);  // a pipe would wait for its writer
  if (!opened) return opened.error();
  struct stat facts {};
  if (::fstat(opened->get(), &facts) != 0) return last_error();
  if (!S_ISREG(facts.st_mode)) return errc::file_irregular;
  std::string content(std::min(most, static_cast<std::size_t>(facts.st_size)), '\0');
  std::size_t have = 0;
  while (have < content.size()) {
    const auto got =
        uninterrupted([&] { return ::read(opened->get(), content.data() + have, content.size() - have); });
    if (got < 0) return last_error();
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  content.resize(have);
  return content;
}

result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = uninterrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (written < 0) return last_error();
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

result<void> reserve_blocks(int fd, std::size_t bytes) {
  int failure = EINTR;
  while (failure == EINTR) failure = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  if (failure != 0) return system_error(failure);
  return {};
}

result<void> sync_file(int fd) {
  if (uninterrupted([&] { return ::fdatasync(fd); }) != 0) return last_error();
  return {};
}

result<void> sync_directory(const std::filesystem::path& directory) {
  auto opened = open_file(directory, O_RDONLY | O_DIRECTORY);
  if (!opened) return opened.error();
  if (uninterrupted([&] { return ::fsync(opened->get()); }) != 0) return last_error();
  return {};
}

result<void> replace_file(const std::filesystem::path& file, std::string_view bytes) {
  auto beside = file;
  beside += ".tmp";
  auto written = [&]() -> result<void> {
    auto opened = open_file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!opened) return opened.error();
    if (auto done = write_all(opened->get(), bytes); !done) return done;
    return sync_file(opened->get());
  }();
  if (written) written = rename_file(beside, file);
  if (!written) remove_file(beside);
  return written;
}

result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return last_error();
  return {};
}

result<void> remove_file(const std::filesystem::path& file) {
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) return last_error();
  return {};
}

bool is_removed(int fd) noexcept {
  struct stat facts {};
  return ::fstat(fd, &facts) == 0 && facts.st_nlink == 0;
}

result<void> make_directory(const std::filesystem::path& directory) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  if (failure) return system_error(failure.value());
  return {};
}

result<void> remove_empty_directory(const std::filesystem::path& directory) {
  if (::rmdir(directory.c_str()) != 0) return last_error();
  return {};
}

result<std::vector<std::string>> list_directory(const std::filesystem::path& directory) {
  std::error_code failure;
  std::vector<std::string> names;
  auto at = std::filesystem::directory_iterator(directory, failure);
  while (!failure && at != std::filesystem::directory_iterator()) {
    names.push_back(at->path().filename().string());
    at.increment(failure);
  }
  if (failure) return system_error(failure.value());
  std::sort(names.begin(), names.end());
  return names;
}

result<std::uint64_t> bytes_on_disk(const std::filesystem::path& file) {
  constexpr std::uint64_t block_bytes = 512;  // of st_blocks, whatever the file system's are
  struct stat facts {};
  if (::lstat(file.c_str(), &facts) != 0) return last_error();
  return static_cast<std::uint64_t>(facts.st_blocks) * block_bytes;
}

result<std::uint64_t> free_bytes(const std::filesystem::path& directory) {
  struct statvfs facts {};
  if (uninterrupted([&] { return ::statvfs(directory.c_str(), &facts); }) != 0) return last_error();
  return std::uint64_t{facts.f_bavail} * facts.f_frsize;
}

result<unique_fd> lock_file(const std::filesystem::path& file) {
  auto opened = open_file(file, O_RDWR | O_CREAT);
  if (!opened) return opened;
  if (uninterrupted([&] { return ::flock(opened->get(), LOCK_EX | LOCK_NB); }) != 0) return last_error();
  return opened;
}

}  // namespace buttond
