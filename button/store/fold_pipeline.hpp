#pragma once
// The fold's aggregation: the stages that sum up batches and add the sums to `links` or `site_days`. Only
// this file knows them. Made of libbson only; no state.
//
// The second half, adding a sum to a document, is guarded by the document's `folded`: it changes a document
// once for each fold, however often it is done and by how many at once. It cannot fail for what is in the
// document: what is no count counts as 0 and is kept in `repaired`, beside the fold's number.

#include "button/store/bson_document.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace buttond {

enum class fold_target : std::uint8_t { links, site_days };

/// The collection's name.
const char* name_of(fold_target target) noexcept;

/// Stages that put out, for each document of `target` that the batches (or refused items) `ids` add to, what
/// they add: in the shape of a new document of fold `n`.
bson_array fold_sums(fold_target target, std::span<const std::string> ids, std::int64_t n);

/// fold_sums(), and the stage that adds them to the collection.
bson_array fold_into(fold_target target, std::span<const std::string> ids, std::int64_t n);

/// The pipeline of an upsert that adds one sum, as fold_sums() put it out.
bson_array fold_one(fold_target target, bson_view sum, std::int64_t n);

}  // namespace buttond
