#pragma once
// A batch as a document of `batches`, and what is read of one while it waits: never its links. README states
// the fields. No state.

#include "button/store/bson_document.hpp"
#include "button/store/store.hpp"

#include <cstdint>
#include <string>

namespace buttond {

inline constexpr auto batches_collection = "batches";

std::string batch_document_id(std::string_view node, std::int64_t number);

/// A batch's links as an array of {k, i, c, s}.
bson_array link_documents(std::span<const link_delta> links);

/// The day as a date, or null.
bson_value day_value(const std::optional<std::chrono::sys_days>& day);

bson_document batch_document(const batch& b);

/// A batch that is in the store, without its links.
struct waiting_batch {
  std::string node;
  std::int64_t number = 0;
  batch_mark after;  // its sum is empty where it is not known
  std::string sum;
  wall_time at;
  std::int64_t size = 0;  // links
  bool unread = false;

  std::string id() const { return batch_document_id(node, number); }

  /// The mark of its node when it is folded.
  batch_mark mark() const { return {number, unread ? std::string{} : sum}; }
};

/// Reads what waiting_projection() asks for.
waiting_batch read_waiting(bson_view document);

/// The index and what is asked of it: no more than it has, so that a document of 100 KB is not read for it.
bson_document waiting_index();
bson_document waiting_projection();

}  // namespace buttond
