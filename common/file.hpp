#pragma once
// Files, as far as a program needs them that must not lose what it wrote: descriptors that close themselves,
// mappings, locks, and replacing a file so that after a crash either the old or the new one is there, whole.
// Every function reports errors as the operating system's error code (system_category); none throws but for
// memory. Thread-safe: no state.

#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buttond {

/// Memory of the kernel's: a shared view of a file, or anonymous and zero.
class memory_map {
 public:
  /// The file's blocks must be there already: a write into a hole of a full disk is a SIGBUS.
  static result<memory_map> of_file(int fd, std::size_t bytes) noexcept;
  static result<memory_map> anonymous(std::size_t bytes) noexcept;

  memory_map(memory_map&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  memory_map& operator=(memory_map&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~memory_map();

  std::span<std::byte> bytes() const noexcept { return bytes_; }

 private:
  explicit memory_map(std::span<std::byte> bytes) noexcept : bytes_(bytes) {}

  std::span<std::byte> bytes_;
};

/// Opens with O_CLOEXEC; a new file belongs to its user, and its group may read it.
result<unique_fd> open_file(const std::filesystem::path& file, int flags);

/// The content, or its first `most` bytes. Error file_irregular, at once, for a directory, a pipe or a
/// device.
result<std::string> read_file(const std::filesystem::path& file, std::size_t most = std::string::npos);

result<void> write_all(int fd, std::string_view bytes);

/// Grows the file to `bytes` with every block reserved.
result<void> reserve_blocks(int fd, std::size_t bytes);

/// Data and what is needed to read it back are on the disk.
result<void> sync_file(int fd);

/// Names made, changed and removed in `directory` are on the disk.
result<void> sync_directory(const std::filesystem::path& directory);

/// Writes `bytes` beside `file` (its name with ".tmp"), syncs that, and renames it: either the old or the new
/// content is there, whole. The new name is durable after sync_directory(). After an error the old one
/// stands.
result<void> replace_file(const std::filesystem::path& file, std::string_view bytes);

result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// A file that is not there is no error.
result<void> remove_file(const std::filesystem::path& file);

/// Whether nothing names the open file any more: nobody will ever find it.
bool is_removed(int fd) noexcept;

/// With its parents; one that is there is no error.
result<void> make_directory(const std::filesystem::path& directory);

/// Error directory_not_empty where it is none.
result<void> remove_empty_directory(const std::filesystem::path& directory);

/// The names in `directory`, sorted.
result<std::vector<std::string>> list_directory(const std::filesystem::path& directory);

/// The bytes of the blocks that `file`, or a directory's own list, has on its disk.
result<std::uint64_t> bytes_on_disk(const std::filesystem::path& file);

/// What this user may still write on the file system of `directory`.
result<std::uint64_t> free_bytes(const std::filesystem::path& directory);

/// Creates `file` where it is missing and locks it until the descriptor is closed, also by the death of the
/// process. Error operation_would_block: another process has it.
result<unique_fd> lock_file(const std::filesystem::path& file);

}  // namespace buttond
