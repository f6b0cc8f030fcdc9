#pragma once
// The journal of one node: its directory DATA/journal/<node> with its tally sheets and its deltas, locked
// while in use, so that two processes never share one. Or no directory: then its deltas live in memory. A
// node is one run of the server, so a process has one of its own, and those of dead processes that it found:
// these it empties under their own names, cut as any copy of the directory would be cut, and removes.
//
// How counts move, so that a crash at any point neither loses nor repeats one:
//   1. a closed sheet -> deltas that name it as absorbed, durable -> the sheet is removed, durably -> the
//      deltas may go to the store. After a crash in between, a sheet that deltas absorbed is removed, not
//      read.
//   2. where the deltas cannot be written (a full disk), the sheet itself becomes the deltas: it is renamed.
//   3. two deltas -> merged ones that name both, by the same steps.
//   4. before their first try the deltas are cut into batches: their numbers, and the sum of the batch
//      before, become a part of the file's name, durably.
//   5. acknowledged by the store -> renamed to what was brought last. Should that be undone by a power
//      failure, they are brought again, which changes nothing.
//
// Made, opened, and fed (new_sheet, close, settle, move_from) by the journal's thread; emptied (claim) by the
// flusher's; numbers(), name_taken() and removed() are for any thread.

#include "button/impressions/batch_claim.hpp"
#include "button/impressions/delta_queue.hpp"
#include "button/impressions/deltas_file.hpp"
#include "button/impressions/journal_files.hpp"
#include "button/impressions/journal_ledger.hpp"
#include "button/impressions/tally_sheet.hpp"
#include "common/clock.hpp"
#include "common/file.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace buttond {

class node_journal : public std::enable_shared_from_this<node_journal> {
 public:
  /// A new node's, under `root`. Errors: of the disk.
  static result<std::shared_ptr<node_journal>> create(const std::filesystem::path& root, const clock& time,
                                                      journal_ledger& ledger);

  /// Takes a dead node's directory and reads what it holds: damaged files are refused one by one, the rest is
  /// opened. Nothing is brought before the first close(), so that whoever else has a copy of the directory
  /// comes to the same batches. Errors: operation_would_block (its process lives, or another one
  /// has it); of the disk.
  static result<std::shared_ptr<node_journal>> open(const std::filesystem::path& directory, const clock& time,
                                                    journal_ledger& ledger);

  static std::shared_ptr<node_journal> in_memory(const clock& time, journal_ledger& ledger);

  /// Removes the directory where nothing is left in it.
  ~node_journal();
  node_journal(const node_journal&) = delete;
  node_journal& operator=(const node_journal&) = delete;

  const std::string& node() const noexcept { return node_; }
  const std::filesystem::path& directory() const noexcept { return directory_; }

  /// A sheet on disk, its name durable.
  result<std::shared_ptr<tally_sheet>> new_sheet(sheet_size size);

  /// Takes closed sheets, and makes deltas of them and of what waits, one a day. Returns the sheets in memory
  /// that it could not take, since they cannot be written.
  sheet_list close(const sheet_list& closed);

  /// Moves the deltas of `from`, which are in memory, here where they were never tried.
  void move_from(node_journal& from);

  /// The first deltas of the queue as batches; nothing where there are none, or the disk forbids it.
  std::optional<batch_claim> take();

  /// For batch_claim. acknowledge() returns whether these were the file's last.
  bool acknowledge(file_number number, std::uint64_t batches, const event_totals& totals);
  void give_back(file_number number) { queue_.stop_bringing(number); }
  void take_name_away() noexcept { name_taken_.store(true, std::memory_order_relaxed); }

  /// Whether another process goes on under this name: then this node counts no more.
  bool name_taken() const noexcept { return name_taken_.load(std::memory_order_relaxed); }

  /// Whether somebody removed the directory: what is not in memory is lost. An unmounted one is not removed.
  bool removed() const noexcept { return on_disk() && is_removed(lock_.get()); }

  /// Nothing waits, and no sheet of it is in use.
  bool finished() const;

  queue_numbers numbers() const;

  /// What the disk holds in the directory, whatever it is; 0 where there is none. Asks for each file.
  std::uint64_t bytes_on_disk() const;

  /// What the queue and what waits for it add up to.
  event_totals pending() const;

 private:
  // A closed sheet that is not in deltas yet.
  struct waiting_sheet {
    std::shared_ptr<tally_sheet> live;  // null for one that was read back
    std::filesystem::path file;         // empty for one in memory
    file_number number = 0;
    journal_day day;
    event_totals totals;
    std::uint64_t bytes = 0;
  };

  node_journal(std::filesystem::path directory, unique_fd lock, std::string node, bool alive,
               const clock& time, journal_ledger& ledger);

  bool on_disk() const noexcept { return !directory_.empty(); }
  file_number next_file() noexcept {
    while (taken_numbers_.contains(next_file_)) ++next_file_;
    return next_file_++;
  }
  batch_seed new_seed() const noexcept;

  // Opening: node_recovery.cpp.
  class recovery;

  // Closing: node_closing.cpp.
  std::vector<std::vector<waiting_sheet>> by_day(const sheet_list& closed);
  void make_deltas(std::vector<waiting_sheet> group, sheet_list& refused);
  bool write_deltas(const std::vector<waiting_sheet>& group);
  void keep_in_memory(const std::vector<waiting_sheet>& group);
  bool rename_to_deltas(const waiting_sheet& from);

  // Settling: node_settling.cpp.
  void settle();
  void remove_absorbed();
  void merge_all();
  std::optional<delta_queue::entry> merge(const delta_queue::entry& older, const delta_queue::entry& newer);

  void names_changed() noexcept { name_changes_.fetch_add(1); }
  bool sync_names();
  result<std::unique_ptr<loaded_deltas>> load(const queued_deltas& from) const;
  std::vector<batch> cut(const queued_deltas& deltas, const loaded_deltas& content) const;
  std::vector<batch> unread_batches(const queued_deltas& deltas) const;
  bool give_numbers(file_number number, queued_deltas& deltas);
  void drop_damaged(file_number number, const queued_deltas& deltas, const error_code& why);
  void remember_brought(const std::filesystem::path& file);

  const std::filesystem::path directory_;
  const unique_fd lock_;
  const std::string node_;
  const bool alive_;  // the process whose node it is goes on counting
  const clock& time_;
  journal_ledger& ledger_;
  std::atomic<bool> name_taken_ = false;
  std::atomic<bool> ready_;  // what was found is in deltas

  delta_queue queue_;

  // The journal's thread's own.
  file_number next_file_ = 1;
  std::set<file_number> taken_numbers_;  // by files that are not used, and left as they are
  std::vector<std::weak_ptr<tally_sheet>> sheets_;

  // The flusher's thread's own.
  batch_mark last_;                // the last batch that has a number
  std::filesystem::path brought_;  // the file that says which was brought last

  std::atomic<std::uint64_t> name_changes_ = 0;
  std::atomic<std::uint64_t> synced_changes_ = 0;

  mutable std::mutex mutex_;
  std::vector<waiting_sheet> waiting_;  // guarded by mutex_
};

}  // namespace buttond
