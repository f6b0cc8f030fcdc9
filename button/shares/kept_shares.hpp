#pragma once
// The shares of readers that the store has not taken: a small file each in DATA/shares, so that they outlive
// the process. A file is {"key":"..","id":"..","shares":1}, and its name a hash of key and id: kept twice, by
// whatever process, is kept once. It is written beside its name and renamed, and not synced: a kill loses
// none, a power cut may.
//
// Owned by the share_recorder. Thread-safe: loops keep; but oldest(), postpone(), forget() and look_again()
// are for one thread, the recorder's.

#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/error.hpp"
#include "common/log_limit.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace buttond {

struct kept_share {
  std::string name;  // of its file
  share_report report;
};

struct kept_numbers {
  std::size_t waiting = 0;    // those that are known to this process
  std::size_t in_memory = 0;  // of these, those that could not be written
  std::uint64_t dropped = 0;  // for want of room
};

class kept_shares {
 public:
  /// One more is dropped.
  static constexpr std::size_t most = 10'000;

  /// Shares of one link that oldest() returns at most. The store knows a share again by the last 256 ids of
  /// its link, so what may be sent a second time must not be more than that.
  static constexpr std::size_t most_of_a_link = recent_shares_kept / 2;

  /// Reads nothing yet. `time` must outlive this.
  kept_shares(std::filesystem::path directory, const clock& time);

  /// When this returns true, `report` is in a file, or in memory where the disk does not take it; false where
  /// too many wait. The latter two are logged.
  bool keep(const share_report& report);

  /// Finds the files of other processes (of a former run, say), and writes what is in memory only.
  void look_again();

  /// Those that have waited longest, `count` at most. A file that cannot be read is left out, said once, and
  /// not looked at again.
  std::vector<kept_share> oldest(std::size_t count);

  /// Lets the others go before this one.
  void postpone(const std::string& name);

  /// The store has it.
  void forget(const std::string& name);

  kept_numbers numbers() const;

  /// Of the file in which `report` is kept.
  static std::string name_of(const share_report& report);

  const std::filesystem::path& directory() const noexcept { return directory_; }

 private:
  struct waiting_share {
    std::string name;
    std::optional<share_report> unwritten;
  };
  using sequence = std::uint64_t;

  result<void> write(std::string_view name, const share_report& report);
  result<share_report> read(const waiting_share& share) const;
  void add(std::string name, std::optional<share_report> unwritten);
  void remove(const std::string& name);
  void leave_alone(const std::string& name, const error_code& why);
  void write_again();
  void remove_old_remains(const std::string& name);
  void remove_again();
  void tell_of(const std::filesystem::path& what, const error_code& failure);

  const std::filesystem::path directory_;
  const clock& time_;
  const std::string suffix_;  // of files under way: no two processes write one
  log_limiter disk_failures_;
  log_limiter drops_;

  mutable std::mutex mutex_;  // held while a file is written: whoever sees its name here finds it
  std::map<sequence, waiting_share> by_age_;
  std::unordered_map<std::string, sequence> by_name_;
  sequence next_ = 0;
  std::size_t in_memory_ = 0;
  std::uint64_t dropped_ = 0;
  std::set<std::string> left_alone_;
  std::set<std::string> unremoved_;  // with the store, and still there
};

}  // namespace buttond
