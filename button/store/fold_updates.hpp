#pragma once
// The fold's updates: they add sums to documents of `links` and `site_days`, each guarded by the document's
// `folded`, so that they change it once for each fold, however often they are done and by how many at once.
// Made of libbson only; no state.
//
// There are two. The plain one is an $inc, the same one for many documents, of which it leaves alone those
// that are not as buttond writes them. The other is a pipeline, which costs the server some ten times as
// much, and adds to any document: it cannot fail for what is in it. What is no count counts as 0, and is kept
// in `repaired` beside the fold's number.

#include "button/store/bson_document.hpp"
#include "button/store/fold_sums.hpp"

#include <cstdint>
#include <span>

namespace buttond {

/// Whether fold `n`, or one after it, has added to a document of which `folded` was read.
bool was_folded(bson_view document, std::int64_t n) noexcept;

/// The statements of an `update` that add fold n's `sums`, each to the document of its id. The reply's `n` is
/// the number of sums where each was added: a document that is not there, is not plain, has moved, or was
/// folded, is left as it is, and so is a sum that is no plain count itself.
bson_array plain_updates(fold_target target, std::span<const fold_sum> sums, std::int64_t n);

/// The statement of an `update` that adds one sum to its document, whatever is in it, or makes the document.
bson_document upsert_into_any(const fold_sum& sum, std::int64_t n);

}  // namespace buttond
