#pragma once
// The updates of single links that MongoDB's store sends outside the fold, as pipelines that cannot fail for
// what is in the document. Made of libbson only; no state.

#include "button/store/bson_document.hpp"
#include "button/store/store.hpp"

#include <span>

namespace buttond {

/// The fields of a link with the ids of shares that make one of these a repetition; new ones go to the first.
/// `recent` stands for both, since a link from before there were two has all its ids there.
std::span<const char* const> share_windows(shared_by by) noexcept;

/// An upsert that counts the report on a link that does not have its id, and meets a duplicate key on one
/// that has it, and on one that has moved.
bson_document share_upsert(const share_report& report);

/// An upsert that sets the counts, whatever they were, and makes the link one of its own.
bson_document set_upsert(const stored_link& link);

/// A condition on the field `moved_to`: what another program put there is none.
bson_document has_moved();

}  // namespace buttond
