#pragma once
// The nodes whose journals this process has: its own; those of processes that are gone, until they are empty;
// its own of before, where another process took that name; and one in memory, for when no file can be
// written. Made and fed by the journal's thread; take() is for the flusher's; numbers() for any.

#include "button/impressions/node_journal.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace buttond {

class journal_nodes {
 public:
  /// Makes a node in `root`, if that is possible, and reads what dead ones left there.
  journal_nodes(std::filesystem::path root, const clock& time, journal_ledger& ledger);

  /// Sees to it that there is an own node under a name that nobody else has, takes over what others left
  /// behind, and lets go of what is empty. Returns whether the own node is another one than before.
  bool look_around();

  /// Whether somebody removed the own node's directory; look_around() makes another one.
  bool own_removed() const noexcept { return own_ != nullptr && own_->removed(); }

  /// The own node's name; empty where there is none. Any thread.
  std::string own_name() const;

  /// Null where none can be made; the failure is reported.
  std::shared_ptr<tally_sheet> new_sheet(sheet_size size);

  void close(sheet_list closed);

  std::optional<batch_claim> take();

  queue_numbers numbers() const;

  /// What the disk holds in the nodes' directories. Asks for each file: for the journal's thread.
  std::uint64_t bytes_on_disk() const;

 private:
  using node_ptr = std::shared_ptr<node_journal>;

  void make_own();
  void forget_own();
  void adopt_others();
  bool has_work(const std::filesystem::path& directory) const;
  bool is_known(const std::filesystem::path& directory) const;
  void add(node_ptr node);
  void drop_finished();
  std::vector<node_ptr> all() const;

  const std::filesystem::path root_;
  const clock& time_;
  journal_ledger& ledger_;
  node_ptr own_;        // null: nothing can be written; written by the journal's thread, with mutex_ held
  node_ptr in_memory_;  // made when it is needed
  mutable std::mutex mutex_;
  std::vector<node_ptr> nodes_;  // own and in-memory ones too
};

}  // namespace buttond
