#pragma once
// A batch as a file: the deltas of one epoch of one node. Written once, whole, and never changed.
//
// The file, version 1; numbers are little-endian:
//
//   offset  bytes
//   0       8    magic "BTNDBTCH"
//   8       4    version, 1
//   12      4    A, how many files it absorbed
//   16      8    the batch's number, its epoch: grows from batch to batch of a node, never used twice
//   24      32   the node, padded with zeros
//   56      8    when it was closed: seconds since 1970-01-01 UTC
//   64      4    the UTC day of its counts: days since 1970-01-01
//   68      4    1 if it has a day, else 0
//   72      8    L, how many links
//   80      8    impressions of all links
//   88      8    clicks of all links
//   96      8    bytes of the entries
//   104     8    checksum of the entries (BLAKE2b, see common/checksum.hpp)
//   112     8    checksum of the 112 bytes before and of the absorbed numbers (BLAKE2b)
//   120     8 A  the numbers of the slabs and batches whose counts it holds
//   ...          L entries, sorted by key (as unsigned bytes), each key once
//
//   An entry:
//   0       8    impressions
//   8       8    clicks
//   16      4    length of the key
//   20      ...  the key
//
// Absorbed files are deleted, durably, before the batch is first sent to the store. Where one is still there
// after a crash, its counts are in the batch already.

#include "button/impressions/books.hpp"
#include "button/impressions/slab.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// What the head of a batch file says.
struct batch_head {
  std::string node;
  std::int64_t number = 0;
  wall_time closed_at;
  journal_day day;
  std::vector<std::int64_t> absorbed;
  std::uint64_t links = 0;
  event_totals totals;
};

/// The file's content. `links` and `totals` of `head` are taken from `links`, which must be sorted, each key
/// once.
std::string encode_batch(const batch_head& head, std::span<const link_delta> links);

/// Reads the head only, and checks the file's length, so that a start costs the same however large the
/// batches are. Errors: those of reading; file_corrupt, file_other_version; file_other_node.
result<batch_head> read_batch_head(const std::filesystem::path& file, std::string_view node);

/// A whole batch in memory; the links point into its own bytes.
struct loaded_batch {
  std::string bytes;
  std::vector<link_delta> links;  // sorted by key, each once
};

/// Takes a batch file's content, or a slab's (a slab may serve as a batch where the disk is full).
/// Errors as read_batch_head.
result<std::unique_ptr<loaded_batch>> parse_batch(std::string bytes, std::string_view node);

/// Whether the bytes begin as a slab does.
bool looks_like_slab(std::string_view bytes) noexcept;

/// Sorts by key and adds equal keys together.
void sort_and_combine(std::vector<link_delta>& links);

/// Both sorted, each key once; so is what comes out. Keys point where they pointed.
std::vector<link_delta> merge_links(std::span<const link_delta> left, std::span<const link_delta> right);

}  // namespace buttond
