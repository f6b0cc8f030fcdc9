#pragma once
// The third step of a fold: its sums are added to `links` and to `site_days`. Adding again, or by two at
// once, changes nothing. Owned by mongodb_fold; thread-safe, as the client is.

#include "button/store/fold_pace.hpp"
#include "button/store/fold_sums.hpp"
#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_moves.hpp"
#include "button/store/mongodb_refused.hpp"
#include "common/log_limit.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace buttond {

struct fold_added {
  bool whole = false;         // nothing is left to be added
  std::int64_t refused = 0;   // documents that the database would not take: they are in `refused` now
  std::int64_t repaired = 0;  // documents in which something stood that is no count
};

class fold_addition {
 public:
  fold_addition(mongodb_client& client, mongodb_refused& refused, mongodb_moves& moves) noexcept
      : client_(client), refused_(refused), moves_(moves) {}

  /// Once it is whole, all of `sums` is either in `target` or in `refused`, acknowledged by a majority.
  result<fold_added> add(fold_target target, std::int64_t n, std::span<const fold_sum> sums, fold_pace& pace,
                         std::string& why);

 private:
  /// What is left of sums when they were added to documents in which all is as buttond writes it, and to
  /// those that were missing.
  struct not_plain {
    std::vector<fold_sum> others;    // not added yet
    std::vector<std::string> moved;  // links that have moved, where the sum was added before
  };
  result<not_plain> add_to_plain(fold_target target, std::int64_t n, std::span<const fold_sum> sums,
                                 std::string& why);
  result<std::int64_t> update_plain(fold_target target, std::int64_t n, std::span<const fold_sum> sums,
                                    std::string& why);
  result<std::vector<fold_sum>> insert(fold_target target, std::int64_t n, std::vector<fold_sum> sums,
                                       std::string& why);

  /// Adds to documents, whatever is in them. Returns how many it repaired.
  result<std::int64_t> add_to_any(fold_target target, std::int64_t n, std::span<const fold_sum> sums,
                                  std::string& why);
  result<std::vector<refused_sum>> upsert(fold_target target, std::int64_t n, std::vector<fold_sum> sums,
                                          std::string& why);
  result<std::int64_t> count_repaired(fold_target target, std::int64_t n, std::span<const std::string> keys,
                                      std::string& why);
  result<std::int64_t> settle_refused(fold_target target, std::int64_t n, std::string& why);

  mongodb_client& client_;
  mongodb_refused& refused_;
  mongodb_moves& moves_;
  log_limiter refused_log_;
  log_limiter repaired_log_;
};

}  // namespace buttond
