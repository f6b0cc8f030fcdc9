#pragma once
// A file that is in memory only, for parsers that take a path.

#include "common/file.hpp"
#include "common/unique_fd.hpp"
#include "tests/fuzz/require.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace buttond::testing {

class memory_file {
 public:
  memory_file()
      : fd_(::memfd_create("fuzz", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(fd_.get())) {
    require(static_cast<bool>(fd_), "there can be a file in memory");
  }

  const std::string& path() const noexcept { return path_; }

  void replace(std::string_view bytes) {
    require(::ftruncate(fd_.get(), 0) == 0 && ::lseek(fd_.get(), 0, SEEK_SET) == 0 &&
                write_all(fd_.get(), bytes).has_value(),
            "a file in memory can be written");
  }

 private:
  unique_fd fd_;
  std::string path_;
};

}  // namespace buttond::testing
