#pragma once
// Connections to a SQLite file that is the store's, for whoever asks it beside the store: a few, opened when
// they are needed, so that one slow question does not hold up the others. They make no file, and wait for no
// disk unless they are told to. Thread-safe; owned by sqlite_survey.

#include "button/store/sqlite_connection.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace buttond {

class sqlite_pool {
 public:
  /// At most `most` connections; `busy` as sqlite_connection::open has it.
  sqlite_pool(std::filesystem::path file, std::size_t most, std::chrono::milliseconds busy);

  /// Whether there is a store in the file, or something else that it can be asked about.
  bool there() const;

  /// Runs `work(connection)`, which is ended at `deadline`. errc::store_timeout where none of the connections
  /// is free until then; errc::store_unavailable where there is no file. After a failure the connection is
  /// closed, which rolls back what it had begun.
  template <class Work>
  auto with_connection(monotonic_time deadline, Work work)
      -> decltype(work(std::declval<sqlite_connection&>())) {
    auto connection = take(deadline);
    if (!connection) return connection.error();
    auto done = work(*connection);
    give_back(std::move(*connection), done.has_value());
    return done;
  }

 private:
  result<sqlite_connection> take(monotonic_time deadline);
  result<sqlite_connection> open() const;
  void give_back(sqlite_connection connection, bool usable);

  const std::filesystem::path file_;
  const std::chrono::milliseconds busy_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t free_;                     // how many may be taken now; guarded by mutex_
  std::vector<sqlite_connection> idle_;  // of these, those that are open; guarded by mutex_
};

}  // namespace buttond
