#pragma once
// The connection to MongoDB: a pool of libmongoc clients, timeouts, and the few commands that the store
// needs, with their failures told apart. It knows nothing of links. The only file that includes libmongoc is
// this header's source.
//
// Thread-safe. The pool is made when it is first needed and, where that fails (an SRV name that cannot be
// resolved now), again by the next call.

#include "button/store/bson_document.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace buttond {

/// One update of one document. The selector names the document by its _id, and may ask for more.
struct mongodb_update {
  bson_document selector;
  bson_document update;
};

/// What became of a bulk of updates, each of which is accounted for: it matched a document, inserted one, or
/// met a duplicate key.
struct mongodb_bulk_outcome {
  std::int64_t matched = 0;
  std::int64_t inserted = 0;
  std::vector<std::size_t> duplicates;  // the updates that did nothing since their document exists
};

/// libmongoc makes a file in /dev/shm when it is loaded, whatever store is used: counters for mongoc-stat. A
/// kill would leave it there, so it goes at once.
void remove_driver_counters() noexcept;

class mongodb_client {
 public:
  /// Throws startup_error for a URI that cannot be used whatever happens.
  explicit mongodb_client(const std::string& uri);
  ~mongodb_client();
  mongodb_client(const mongodb_client&) = delete;
  mongodb_client& operator=(const mongodb_client&) = delete;

  /// The hosts and the database, without user and password.
  const std::string& name() const noexcept { return name_; }

  /// Sends `updates` as one unordered bulk, acknowledged by a majority of the replica set and journaled. With
  /// `upsert`, an update that matches nothing inserts its document. Anything but success and duplicate keys
  /// is a failure, explained in `why`: any of the updates may have been done then, or be done later.
  result<mongodb_bulk_outcome> update(const char* collection, std::span<const mongodb_update> updates,
                                      bool upsert, std::string& why);

  /// Calls `visit` for each document that `filter` selects. `options` as in the driver's find.
  result<void> find(const char* collection, const bson_document& filter, const bson_document& options,
                    const std::function<void(bson_view)>& visit, std::string& why);

  /// Asks the primary.
  result<void> ping(std::string& why);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
  std::string name_;
};

}  // namespace buttond
