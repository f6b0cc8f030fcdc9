#pragma once
// One slot of the journal: a directory DATA/journal/<n> with a node's identity, its slabs and its batches,
// locked while in use, so that two processes never share one. Or no directory: then batches live in memory
// under a name that is unique to this process.
//
// Files:
//   lock                  held by flock while a process uses the slot
//   identity              see node_identity.hpp
//   slab-<number>         see slab.hpp
//   batch-<number>        see batch_file.hpp; never sent to the store yet, so it may be merged with others
//   batch-<number>.tried  sent once at least: it keeps its name and content until it is acknowledged.
//                         Marked so, durably, before the first try
//   *.tmp                 not whole; removed when the slot is opened
//
// How counts move, so that a crash at any point neither loses nor repeats one:
//   1. a closed slab -> a batch that names it as absorbed, durable -> the slab is removed, durably -> the
//      batch may be tried. After a crash in between, a slab that a batch absorbed is removed, not read.
//   2. where the batch cannot be written (a full disk), the slab itself becomes the batch: it is renamed.
//   3. two batches -> a merged one that names both, by the same steps.
//   4. acknowledged by the store -> removed. Should the file come back after a power failure, applying it
//      again changes nothing.
//
// Made, opened, and fed (new_slab, close, settle, take_untried) by the journal's thread; emptied (claim,
// acknowledge, give_back) by the flusher's; numbers() is for any thread.

#include "button/impressions/batch_file.hpp"
#include "button/impressions/journal_ledger.hpp"
#include "button/impressions/node_identity.hpp"
#include "button/impressions/slab.hpp"
#include "common/clock.hpp"
#include "common/file.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace buttond {

struct slot_numbers {
  std::uint64_t batches = 0;  // and closed slabs that are not a batch yet
  std::uint64_t bytes = 0;    // of their files
  std::optional<wall_time> oldest;
  event_totals pending;
  event_totals at_risk;
};

class journal_slot {
 public:
  using claimed = std::pair<std::int64_t, std::unique_ptr<loaded_batch>>;

  /// Takes the slot and reads what it holds: damaged files are refused one by one, the rest is opened.
  /// Errors: operation_would_block (another process has it); of the disk; file_corrupt and
  /// file_other_version of its identity.
  static result<std::unique_ptr<journal_slot>> open(const std::filesystem::path& directory, const clock& time,
                                                    journal_ledger& ledger);

  static std::unique_ptr<journal_slot> in_memory(const clock& time, journal_ledger& ledger);

  const std::string& node() const noexcept { return identity_.node(); }
  const std::filesystem::path& directory() const noexcept { return directory_; }

  /// A slab on disk, its name durable.
  result<std::shared_ptr<slab>> new_slab(slab_size size);

  /// Takes closed slabs, and makes batches of them and of what waits, a batch a day.
  /// Returns the slabs in memory that it could not take because no number is to be had.
  std::vector<std::shared_ptr<slab>> close(const std::vector<std::shared_ptr<slab>>& closed);

  /// Does what could not be done before, and merges what may be merged.
  void settle();

  /// Moves the batches of `from` here that were never tried.
  void adopt_untried(journal_slot& from);

  /// The next batch in order, whole, and marked as tried; nothing where there is none or the disk forbids it.
  std::optional<claimed> claim();
  /// The claimed batch; points into `content` and the slot.
  batch describe(std::int64_t number, const loaded_batch& content) const;
  void acknowledge(std::int64_t number);
  void give_back(std::int64_t number);

  slot_numbers numbers() const;

 private:
  // A closed slab that is not in a batch yet.
  struct waiting_slab {
    std::shared_ptr<slab> live;  // null for one that was read back
    std::filesystem::path file;  // empty for one in memory
    std::int64_t number = 0;
    journal_day day;
    event_totals totals;
    std::uint64_t bytes = 0;
  };

  struct entry {
    event_totals totals;
    std::uint64_t bytes = 0;
    wall_time closed_at;
    journal_day day;
    std::filesystem::path file;                   // empty: in memory only
    std::shared_ptr<const std::string> image;     // of one in memory
    std::vector<std::filesystem::path> absorbed;  // still to be removed
    bool unsynced = false;                        // a change of names that it depends on is not durable yet
    bool tried = false;
    bool claimed = false;      // by the flusher, or by a merge
    bool being_saved = false;  // image -> file
    bool acknowledged = false;

    bool settled() const noexcept { return absorbed.empty() && !unsynced; }
  };
  using entries = std::map<std::int64_t, entry>;

  journal_slot(std::filesystem::path directory, unique_fd lock, node_identity identity, const clock& time,
               journal_ledger& ledger);

  std::filesystem::path path(std::string_view kind, std::int64_t number, std::string_view end = "") const;

  // Opening: journal_recovery.cpp.
  class recovery;

  // Closing: journal_closing.cpp.
  void make_batch(std::vector<waiting_slab> group, std::vector<std::shared_ptr<slab>>& refused);
  bool write_batch(const std::vector<waiting_slab>& group, std::int64_t number);
  void make_memory_batch(std::span<const waiting_slab> group, std::int64_t number);
  bool rename_to_batch(const waiting_slab& from);

  // Settling: journal_settling.cpp.
  void save_from_memory();
  void remove_absorbed();
  bool sync_names();
  void merge_all();
  std::optional<entries> claim_newest_two();
  std::optional<entries::value_type> merge(const entries& pair);

  bool mark_tried(std::int64_t number, entry& taken);
  result<std::unique_ptr<loaded_batch>> load(const entry& from) const;
  void drop_damaged(std::int64_t number, const error_code& why);

  const std::filesystem::path directory_;
  const unique_fd lock_;
  node_identity identity_;
  const clock& time_;
  journal_ledger& ledger_;
  mutable std::mutex mutex_;
  entries entries_;  // by number, which is their order
  std::vector<waiting_slab> waiting_;
};

}  // namespace buttond
