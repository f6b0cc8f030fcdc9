#pragma once
// The embedded store: one SQLite file. Batches that are brought together are one transaction that also writes
// how far their node has come, so they are counted whole and once, and there is nothing to fold. The file is
// opened when it is first needed and again after any failure: a server starts and serves where the file
// cannot be opened yet, and recovers when it can.
//
// Thread-safe: one connection writes and another one reads, each behind its own mutex, so that the loader
// does not wait for the flusher. Other processes (import, export) may use the file at the same time.

#include "button/store/failure_log.hpp"
#include "button/store/sqlite_connection.hpp"
#include "button/store/store.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace buttond {

struct sqlite_store_options {
  std::filesystem::path file;
  bool create = true;                     // the file, where it is missing
  std::chrono::milliseconds busy{5'000};  // how long to wait for another process's transaction
};

class sqlite_writer;

class sqlite_store final : public store {
 public:
  /// Tries to open the file. Throws startup_error for a file that is not ours or of a newer version;
  /// whatever else is wrong with it is tried again, and told, by the calls.
  explicit sqlite_store(sqlite_store_options options);
  ~sqlite_store() override;

  result<bring_report> bring(std::span<const batch> batches, std::span<const batch> later) override;
  result<fold_report> fold(const std::atomic<fold_turn>& turn) override;
  result<void> for_each_refused(const std::function<void(const refused_item&)>& visit) override;
  result<std::int64_t> retry_refused(std::string_view id) override;
  result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) override;
  result<shares_recorded> record_shares(std::span<const share_report> reports) override;
  result<std::string> share_key(std::string_view proposed) override;
  result<void> set(std::span<const stored_link> links) override;
  result<std::vector<link_moved>> move(std::span<const link_move> moves, move_mode mode) override;
  result<void> for_each(const std::function<void(const stored_link&)>& visit) override;
  using store::ping;
  result<void> ping(std::string& why) override;
  result<void> can_write(std::string& why) override;
  void while_failing(std::function<std::string()> say) override { log_.while_failing(std::move(say)); }
  std::string_view kind() const noexcept override { return "sqlite"; }

 private:
  struct reader;

  /// Opens a connection and checks its tables; `why` tells what failed.
  result<sqlite_connection> open(std::string& why) const;

  /// Opens the connection in `slot`, where it is not open, or another file is in its place by now.
  template <class Connection>
  result<void> connect(std::unique_ptr<Connection>& slot, std::string& why) const;

  /// Runs `work` on the connection in `slot`, in one transaction. After a failure the transaction is rolled
  /// back, the failure is logged and the connection closed: the next call opens a new one.
  template <class Connection, class Work>
  auto transact(std::unique_ptr<Connection>& slot, store_operation operation, Work work);

  /// The same, but what `work` does is rolled back, and where there is no file yet, it is seen whether one
  /// can be made.
  template <class Connection, class Work>
  result<void> probe(std::unique_ptr<Connection>& slot, store_operation operation, Work work,
                     std::string& why);
  result<void> can_be_made(std::string& why) const;
  result<void> directory_is_usable() const;
  result<void> has_room(std::string& why) const;

  const sqlite_store_options options_;
  failure_log log_;
  std::mutex writing_;
  std::unique_ptr<sqlite_writer> writer_;  // guarded by writing_
  std::mutex reading_;
  std::unique_ptr<reader> reader_;  // guarded by reading_
};

}  // namespace buttond
