#pragma once
// What commands share that want to see every batch in the links.

#include "button/store/store.hpp"
#include "common/error.hpp"

#include <cstdint>

namespace buttond {

/// Folds until nothing waits that can be folded now. Returns how many batches wait nevertheless: for one that
/// is not there, or since others fold at the same moment. Ends with the first failure.
result<std::int64_t> fold_all(store& in);

}  // namespace buttond
