#pragma once
// What a node counted and the store has not acknowledged, in the order in which it goes there: one entry a
// deltas file. Knows states, no files. Owned by a node_journal; every function may be called from any thread.
//
//   settling --> waiting --> bringing --> (gone)
//                  |  ^        |  ^
//                  v  |        v  |
//                 merging      tried
//                  |
//                  v
//                (gone)
//
// Strictly in order: where the first cannot go, none does. What merging takes are the newest, which were
// never tried, so a merged entry stands at the end again.

#include "button/impressions/journal_files.hpp"
#include "button/impressions/per_kind.hpp"
#include "button/impressions/tally_sheet.hpp"
#include "common/clock.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buttond {

enum class deltas_state : std::uint8_t {
  settling,  // what it absorbed is still there
  waiting,   // may be merged, or brought
  merging,   // becomes a part of another entry, here or in another node's queue
  bringing,  // the flusher has it
  tried      // its batches may be in the store: it keeps their numbers until all are acknowledged
};

struct queued_deltas {
  deltas_state state = deltas_state::waiting;
  event_totals totals;        // of the batches that are not acknowledged
  std::uint64_t bytes = 0;    // of the file, or in memory
  std::uint64_t batches = 0;  // not acknowledged
  wall_time closed_at;
  monotonic_time since;  // the same by the clock that does not jump; before this process, as far as is known
  journal_day day;
  std::filesystem::path file;                   // empty: in memory only
  std::shared_ptr<const std::string> image;     // of one in memory
  std::vector<std::filesystem::path> absorbed;  // files that are still to be removed
  std::optional<numbered_batches> numbers;
  std::uint64_t acknowledged = 0;  // batches, from the first on
  bool refused = false;            // its batches are brought empty, whatever becomes of the file
};

struct queue_numbers {
  std::uint64_t batches = 0;  // not acknowledged
  std::optional<monotonic_time> oldest;

  queue_numbers& operator+=(const queue_numbers& other) noexcept;
};

class delta_queue {
 public:
  using entry = std::pair<file_number, queued_deltas>;

  void add(file_number number, queued_deltas deltas);

  /// Those that settle, and that they have settled.
  std::vector<entry> settling() const;
  void settled(file_number number);

  /// The first, if it may be brought now.
  std::optional<entry> begin_bringing();
  /// Its batches have numbers, and its file this name.
  void numbered(file_number number, const numbered_batches& batches, std::filesystem::path file);
  /// Its content is lost.
  void forget_totals(file_number number);
  /// The store has `batches` more of it, with `totals`. When these were the last it is gone, and returned.
  std::optional<queued_deltas> acknowledge(file_number number, std::uint64_t batches,
                                           const event_totals& totals);
  void stop_bringing(file_number number);
  /// It is gone without being acknowledged.
  void drop(file_number number);

  /// The newest two, if they may and should be merged.
  std::optional<std::pair<entry, entry>> begin_merging();
  /// The oldest that may be merged, to be moved to another queue.
  std::optional<entry> begin_moving();
  void end_merging(const std::pair<entry, entry>& pair, std::optional<entry> merged);
  void end_moving(file_number number, bool moved);

  bool empty() const;
  queue_numbers numbers() const;
  event_totals totals() const;

 private:
  using entries = std::map<file_number, queued_deltas>;

  static void change(queued_deltas& deltas, deltas_state to);

  mutable std::mutex mutex_;
  entries entries_;
};

}  // namespace buttond
