#pragma once
// What a directory may look like after a power failure: a model of a disk that keeps only what it was told to
// keep, and of the rest whatever it likes.

#include "common/file.hpp"
#include "tests/unit/file_steps.hpp"

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace buttond::testing {

class unplugged_disk {
 public:
  /// To be told of every step before it happens.
  void sees(const file_step& step) {
    namespace fs = std::filesystem;
    if (step.call == "open") {
      if (names_.contains(step.path)) return;
      names_[step.path] = next_file_;
      changes_.push_back({step.path, {}, next_file_++});
    } else if (step.call == "rename") {
      const auto file = names_.at(step.path);
      names_.erase(step.path);
      names_[step.to] = file;
      changes_.push_back({step.to, step.path, file});
    } else if (step.call == "unlink") {
      if (names_.erase(step.path) != 0) changes_.push_back({{}, step.path, 0});
    } else if (step.call == "fdatasync") {
      synced_[names_.at(step.path)] = *read_file(step.path);
    } else if (step.call == "fsync") {
      kept_names_ = names_;
      changes_.clear();
    }
  }

  /// Writes what the disk holds when the power fails now: the names that were synced, with any part of the
  /// changes since, in their order; each file with the content that was synced, or the present one.
  void write_remains(const std::filesystem::path& from, const std::filesystem::path& to,
                     std::mt19937& chance) {
    auto names = kept_names_;
    for (const auto& each : changes_) {
      if (chance() % 2 == 0) continue;
      if (!each.gone.empty()) names.erase(each.gone);
      if (!each.made.empty()) names[each.made] = each.file;
    }
    std::map<int, std::string> paths;
    for (const auto& [path, file] : names_) paths[file] = path;
    std::filesystem::create_directories(to);
    for (const auto& each : std::filesystem::recursive_directory_iterator(from))
      if (each.is_directory())
        std::filesystem::create_directories(to / std::filesystem::relative(each.path(), from));
    for (const auto& [path, file] : names) {
      const bool present = paths.contains(file) && chance() % 2 == 0;
      auto content = present ? read_file(paths[file]) : result<std::string>(synced_[file]);
      if (!content) content = synced_[file];
      const auto copy = to / std::filesystem::relative(path, from);
      const auto written = replace_file(copy, *content);
      if (!written) throw boost::system::system_error(written.error());
    }
  }

 private:
  struct change {
    std::string made;
    std::string gone;
    int file;
  };

  int next_file_ = 0;
  std::map<std::string, int> names_;
  std::map<std::string, int> kept_names_;
  std::vector<change> changes_;
  std::map<int, std::string> synced_;
};

}  // namespace buttond::testing
