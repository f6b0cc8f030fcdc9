#pragma once
// The batches that wait in MongoDB for a fold: which they are, how many, how old, and which of them wait for
// one that does not come. Owned by mongodb_fold; thread-safe, as the client is.

#include "button/store/fold_choice.hpp"
#include "button/store/mongodb_client.hpp"
#include "button/store/store.hpp"
#include "common/log_limit.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace buttond {

class waiting_batches {
 public:
  explicit waiting_batches(mongodb_client& client) noexcept : client_(client) {}

  /// The first batches of each node, as many of each, and at most some `most` in all. Only the index is read.
  result<std::vector<waiting_node>> read(std::size_t most, std::string& why);

  /// Fills in what waits behind `marks`. Gaps are looked for in `nodes` only, as they were read before. One
  /// that is an hour old is logged, with what to do.
  result<void> report(const std::vector<waiting_node>& nodes, const fold_marks& marks, wall_time now,
                      fold_report& report, std::string& why);

 private:
  void warn_of_gap(const waiting_batch& gap, std::int64_t gaps);

  mongodb_client& client_;
  log_limiter gap_log_;
};

}  // namespace buttond
