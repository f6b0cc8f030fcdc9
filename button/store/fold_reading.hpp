#pragma once
// What a fold takes, read and summed up. No state: any thread.

#include "button/store/batch_document.hpp"
#include "button/store/fold_document.hpp"
#include "button/store/fold_sums.hpp"
#include "button/store/mongodb_client.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace buttond {

/// The first of some batches.
struct summed_batches {
  std::size_t batches = 0;
  fold_sums sums;
};

/// Sums up the first of `batches`: as many as add to some `documents`, the last few of them beyond it. None,
/// where one is not there any more: another folder was quicker.
result<summed_batches> sum_first(mongodb_client& client, std::span<const waiting_batch> batches,
                                 std::size_t documents, std::string& why);

/// All that `fold` takes and that is still there. What is gone, another folder added and deleted.
result<fold_sums> sum_taken(mongodb_client& client, const fold_state& fold, std::string& why);

}  // namespace buttond
