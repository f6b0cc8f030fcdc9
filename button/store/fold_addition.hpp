#pragma once
// The third step of a fold: what it takes is added to `links` and to `site_days`. Adding again, or by two at
// once, changes nothing. Owned by mongodb_fold; thread-safe, as the client is.

#include "button/store/fold_document.hpp"
#include "button/store/fold_pipeline.hpp"
#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_refused.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace buttond {

/// What was not plain about it.
struct fold_added {
  std::int64_t refused = 0;   // documents that the database would not take: they are in `refused` now
  std::int64_t repaired = 0;  // documents in which something stood that is no count
};

class fold_addition {
 public:
  fold_addition(mongodb_client& client, mongodb_refused& refused) noexcept
      : client_(client), refused_(refused) {}

  /// After success all of it is either in `target` or in `refused`, acknowledged by a majority.
  result<fold_added> add(fold_target target, const fold_state& fold, std::string& why);

 private:
  result<void> add_one_by_one(fold_target target, const fold_state& fold, std::string& why);
  result<std::vector<refused_sum>> upsert(fold_target target, std::int64_t n, std::vector<bson_document> sums,
                                          std::string& why);
  result<std::int64_t> settle_refused(fold_target target, std::int64_t n, std::string& why);
  result<std::int64_t> count_repaired(fold_target target, std::int64_t n, std::string& why);

  mongodb_client& client_;
  mongodb_refused& refused_;
};

}  // namespace buttond
