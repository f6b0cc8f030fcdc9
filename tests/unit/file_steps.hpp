#pragma once
// Watches the system calls by which this thread changes files, and fails them as a test says: the linker puts
// these wrappers before the real ones (-Wl,--wrap, see CMakeLists.txt), so the code under test knows nothing.

#include <functional>
#include <string>
#include <string_view>

namespace buttond::testing {

struct file_step {
  std::string_view call;  // open (to create), write, rename, unlink, fdatasync, fsync, posix_fallocate
  std::string path;
  std::string to;  // of a rename
};

/// While it lives, every change to a file by this thread asks it first.
class file_steps {
 public:
  /// `step` returns 0 to let it happen, or the errno it fails with. Syncs that may happen are left out,
  /// though: no test here pulls the plug, and they take their time.
  explicit file_steps(std::function<int(const file_step&)> step);
  ~file_steps();
  file_steps(const file_steps&) = delete;
  file_steps& operator=(const file_steps&) = delete;
};

}  // namespace buttond::testing
