#pragma once
// The connection to MongoDB: commands, with their failures told apart. It knows nothing of links.
// Thread-safe. The only files that know libmongoc are the sources of this header and of its parts,
// mongodb_pool and mongodb_transactions.

#include "button/store/bson_document.hpp"
#include "common/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// Which state of the data a read sees, and who is asked.
enum class mongodb_read : std::uint8_t {
  /// Whom the URI's read preference names, with the URI's read concern.
  as_configured,
  /// The primary's newest state. It holds all that a majority acknowledged, whoever was primary then.
  newest,
  /// The primary: nothing that could still be rolled back. It may lag behind what was acknowledged.
  committed,
  /// One document by its _id, as committed, and not older than this call.
  linearizable,
};

/// libmongoc makes a file in /dev/shm when it is loaded, whatever store is used: counters for mongoc-stat. A
/// kill would leave it there, so it goes at once.
void remove_driver_counters() noexcept;

/// Runs a command in a transaction, and whether it did: where it did not, the work is to end.
using transaction_command = std::function<bool(const bson_document& command, bson_document& reply)>;
/// False where a command failed.
using transaction_work = std::function<bool(const transaction_command& command)>;

/// How long a client of somebody who does not wait long waits, whatever the URI says: so long a read may take
/// (the server gives it up then, and says errc::store_timeout), and no more than a little longer a call to a
/// server that does not answer. Such a client says nothing of the URI in the log: the store's says it.
struct mongodb_patience {
  std::chrono::milliseconds of_read;
};

class mongodb_client {
 public:
  using visitor = std::function<void(bson_view)>;

  /// Throws startup_error for a URI that cannot be used whatever happens.
  explicit mongodb_client(const std::string& uri, std::optional<mongodb_patience> patience = std::nullopt);
  ~mongodb_client();
  mongodb_client(const mongodb_client&) = delete;
  mongodb_client& operator=(const mongodb_client&) = delete;

  /// The hosts and the database, without user and password.
  const std::string& name() const noexcept { return name_; }

  /// How long one command may take: after that the caller is told of a time-out.
  std::chrono::milliseconds longest_call() const noexcept;

  // A failure is explained in `why`. errc::store_refused: the server will not do it, however often it is
  // asked; after any other error a write may have been done, or be done later.

  /// Runs a command that writes, acknowledged by a majority of the replica set and journaled. Returns the
  /// reply; what it says of single documents is for write_errors() (mongodb_errors.hpp).
  result<bson_document> write(const bson_document& command, std::string& why);

  /// The same in a transaction of its own: all of it is done, or, after an error, nothing. Many documents
  /// written at once so cost the members a fraction of what they cost one by one. Others who write them wait
  /// meanwhile; where this process dies before it has the reply, for a minute (the server's
  /// transactionLifetimeLimitSeconds). A server that stands alone has no transactions: then it is write(),
  /// and the reply may speak of single documents.
  result<bson_document> write_in_transaction(const bson_document& command, std::string& why);

  /// Runs `work` in a transaction: all that its commands write is done, or nothing. It is called again, from
  /// its beginning, where the server could not do it now. After an error other than store_refused all of it
  /// may have been done. errc::store_alone: the server stands alone, and has no transactions.
  result<void> transact(const transaction_work& work, std::string& why);

  /// Runs a command that reads, on the primary: `read` is committed or newest.
  result<bson_document> read(const bson_document& command, mongodb_read read, std::string& why);

  /// Calls `visit` for each document that `filter` selects. `options` as in the driver's find.
  result<void> find(const char* collection, const bson_document& filter, const bson_document& options,
                    mongodb_read read, const visitor& visit, std::string& why);

  /// Calls `visit` for each document that the stages of `pipeline`, which only read, put out. `read` is not
  /// linearizable.
  result<void> aggregate(const char* collection, const bson_array& pipeline, mongodb_read read,
                         const visitor& visit, std::string& why);

 private:
  struct impl;

  /// `options` of a read, with how long it may take.
  bson_document limited(const bson_document& options) const;
  std::chrono::steady_clock::time_point reading_ends() const;

  std::unique_ptr<impl> impl_;
  std::string name_;
  std::optional<mongodb_patience> patience_;
};

}  // namespace buttond
