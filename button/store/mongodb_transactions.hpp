#pragma once
// Transactions. Part of mongodb_client; thread-safe.

#include "button/store/bson_document.hpp"
#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_pool.hpp"

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace buttond {

class mongodb_transactions {
 public:
  explicit mongodb_transactions(mongodb_pool& pool) noexcept : pool_(pool) {}

  /// As mongodb_client::transact. Nothing: the server stands alone, and has none.
  std::optional<result<void>> run(const transaction_work& work, std::string& why);

 private:
  bool try_run(mongoc_client_t* client, const transaction_work& work, bson_error_t* error);
  bool try_once(mongoc_client_t* client, mongoc_client_session_t* session, const transaction_work& work,
                bson_document& refusal, bson_error_t* error);
  void abandon(const mongoc_client_session_t* session);
  void end_abandoned(mongoc_client_t* client);

  mongodb_pool& pool_;
  std::atomic<bool> stands_alone_{false};  // as far as is known
  std::mutex mutex_;
  std::vector<bson_document> abandoned_;  // ids of sessions; under mutex_
};

}  // namespace buttond
