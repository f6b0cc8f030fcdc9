#pragma once
// How batches come into `batches`: inserted, acknowledged by a majority, and then held against what the store
// knows of their node, so that another process under the same name is noticed before the caller forgets what
// it counted. No state.

#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_refused.hpp"
#include "button/store/store.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace buttond {

/// As store::bring; there is at least one batch.
result<bring_report> bring_batches(mongodb_client& client, mongodb_refused& refused,
                                   std::span<const batch> batches, std::string& why);

/// How many of `batches`, from the first on, stand beside those that the store has under these numbers, where
/// `mark` is as far as the node's batches are folded.
std::size_t taken_by_another(std::span<const batch> batches, const batch_mark& mark) noexcept;

/// How many of `batches` are certain to go with the first of them: each names the sum of the one before it.
std::size_t chained(std::span<const batch> batches) noexcept;

}  // namespace buttond
