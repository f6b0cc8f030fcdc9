#pragma once
// The shares of readers that the store has not taken: a small file each in DATA/shares, so that they outlive
// the process. A file is {"key":"..","id":"..","shares":1}, and its name a hash of key and id: kept twice, by
// whatever process, is kept once. It is written beside its name and renamed, and not synced: a kill loses
// none, a power cut may.
//
// Owned by the share_recorder. Thread-safe: loops keep; but oldest(), postpone(), forget() and look_again()
// are for one thread, the recorder's.

#include "button/shares/share_ledger.hpp"
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
};

class kept_shares {
 public:
  /// For one more there is no room.
  static constexpr std::size_t most = 10'000;

  /// Shares of one link that oldest() returns at most. The store knows a share again by the last 256 ids of
  /// its link, so what may be sent a second time must not be more than that.
  static constexpr std::size_t most_of_a_link = recent_shares_kept / 2;

  /// Reads nothing yet. What becomes of shares that wait here is told to `ledger`. Both must outlive this.
  kept_shares(std::filesystem::path directory, const clock& time, share_ledger& ledger);

  /// When this returns true, `report` is in a file, or in memory where the disk does not take it, which is
  /// logged; false where too many wait. `ledger` knows it as one that waits; one that is here already is
  /// told as repeated.
  bool keep(const share_report& report);

  /// One for which there was no room, and which the store did not take either, is lost: tells it, and logs.
  void lose();

  /// Finds the files of other processes (of a former run, say), and writes what is in memory only.
  void look_again();

  /// Those that have waited longest, `count` at most. A file that cannot be read is left out, said once, and
  /// not looked at again.
  std::vector<kept_share> oldest(std::size_t count);

  /// Lets the others go before this one.
  void postpone(const std::string& name);

  /// The store has it, and counted it now if it was `fresh`. One that is not here is none.
  void forget(const std::string& name, bool fresh);

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
  bool remove(const std::string& name);
  void leave_alone(const std::string& name, const error_code& why);
  void write_again();
  void remove_old_remains(const std::string& name);
  void remove_again();
  void tell_of(const std::filesystem::path& what, const error_code& failure);

  const std::filesystem::path directory_;
  const clock& time_;
  share_ledger& ledger_;
  const std::string suffix_;  // of files under way: no two processes write one
  log_limiter disk_failures_;
  log_limiter drops_;

  mutable std::mutex mutex_;  // held while a file is written: whoever sees its name here finds it
  std::map<sequence, waiting_share> by_age_;
  std::unordered_map<std::string, sequence> by_name_;
  sequence next_ = 0;
  std::size_t in_memory_ = 0;
  std::set<std::string> left_alone_;
  std::set<std::string> unremoved_;  // with the store, and still there
};

}  // namespace buttond
