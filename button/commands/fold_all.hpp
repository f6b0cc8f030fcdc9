#pragma once
// What commands share that want to see every batch, or those until now, in the links.

#include "button/store/store.hpp"
#include "common/error.hpp"

#include <cstdint>

namespace buttond {

/// Folds until nothing waits that can be folded now. Returns how many batches wait nevertheless: for one that
/// is not there, or since others fold at the same moment. Ends with the first failure.
result<std::int64_t> fold_all(store& in);

/// Folds what waits at this moment, as far as it can be folded: under load there is no end of what waits.
void fold_waiting(store& in);

}  // namespace buttond
