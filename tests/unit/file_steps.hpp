#pragma once
// Watches the system calls by which this thread changes files, and fails them as a test says: the linker puts
// these wrappers before the real ones (-Wl,--wrap, see CMakeLists.txt), so the code under test knows nothing.

#include <functional>
#include <string_view>

namespace buttond::testing {

/// While it lives, every change to a file by this thread asks it first.
class file_steps {
 public:
  /// `step` gets the name of the call ("open", "write", "rename", "unlink", "fdatasync", "fsync",
  /// "posix_fallocate") and the path where the call has one; returns 0 to let it happen, or the errno it
  /// fails with.
  explicit file_steps(std::function<int(std::string_view call, std::string_view path)> step);
  ~file_steps();
  file_steps(const file_steps&) = delete;
  file_steps& operator=(const file_steps&) = delete;
};

}  // namespace buttond::testing
