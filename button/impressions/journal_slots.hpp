#pragma once
// The slots that this process uses: its own; those of processes that are gone, until they are empty; and one
// in memory, for when there is no own one, or none with numbers left. Made and fed by the journal's thread;
// take() is for the flusher's; numbers() for any.

#include "button/impressions/impression_counter.hpp"
#include "button/impressions/journal_slot.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace buttond {

class journal_slots {
 public:
  /// Takes the first free slot under `root`, if that is possible.
  journal_slots(std::filesystem::path root, const clock& time, journal_ledger& ledger);

  /// Tries again to have an own slot, takes over what others left behind, and lets go of what is empty.
  void look_around();

  /// Null where none can be made; the failure is reported.
  std::shared_ptr<slab> new_slab(slab_size size);

  void close(slab_list closed);

  std::optional<std::pair<std::shared_ptr<journal_slot>, journal_slot::claimed>> take();

  slot_numbers numbers() const;

 private:
  void take_own();
  void adopt_others();
  bool has_work(const std::filesystem::path& directory) const;
  bool is_known(const std::filesystem::path& directory) const;
  void add(std::shared_ptr<journal_slot> slot);
  void drop_empty();
  std::vector<std::shared_ptr<journal_slot>> all() const;

  const std::filesystem::path root_;
  const clock& time_;
  journal_ledger& ledger_;
  std::shared_ptr<journal_slot> own_;        // null: nothing can be written
  std::shared_ptr<journal_slot> in_memory_;  // made when it is needed
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<journal_slot>> slots_;  // own and in-memory ones too
};

}  // namespace buttond
