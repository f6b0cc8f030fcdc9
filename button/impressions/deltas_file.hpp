#pragma once
// Deltas as a file: what a node counted in one epoch or, merged, in some of one day. Written once, whole, and
// never changed; its name may (journal_files.hpp). On its way to the store it is cut into batches.
//
// The file, version 1; numbers are little-endian:
//
//   offset  bytes
//   0       8    magic "BTNDDLTS"
//   8       4    version, 1
//   12      4    A, how many files it absorbed
//   16      8    the file's number
//   24      32   the node, in hexadecimal
//   56      16   the seed of its batches' sums (batch_parts.hpp); zeros where a dead node's was read back
//   72      8    when it was closed: seconds since 1970-01-01 UTC
//   80      4    the UTC day of its counts: days since 1970-01-01
//   84      4    1 if it has a day, else 0
//   88      8    L, how many links
//   96      8    how many batches they are cut into
//   104     8    impressions of all links
//   112     8    clicks of all links
//   120     8    shares of all links
//   128     8    bytes of the entries
//   136     8    checksum of the entries (BLAKE2b, see common/checksum.hpp)
//   144     8    checksum of the 144 bytes before and of the absorbed numbers (BLAKE2b)
//   152     8 A  the numbers of the tally sheets and deltas whose counts it holds, all below its own
//   ...          L entries, sorted by key (as unsigned bytes), each key once
//
//   An entry:
//   0       8    impressions
//   8       8    clicks
//   16      8    shares
//   24      4    length of the key
//   28      ...  the key
//
// What no number can be (possible.hpp) makes it a damaged one. Absorbed files are deleted, durably, before a
// batch of it is first sent to the store. Where one is still there after a crash, its counts are in the file
// already.

#include "button/impressions/journal_files.hpp"
#include "button/impressions/per_kind.hpp"
#include "button/impressions/tally_sheet.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/error.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

using batch_seed = std::array<char, 16>;

/// What the head of a deltas file says.
struct deltas_head {
  std::string node;
  file_number number = 0;
  wall_time closed_at;
  journal_day day;
  batch_seed seed{};
  std::vector<file_number> absorbed;
  std::uint64_t links = 0;
  std::uint64_t batches = 0;
  event_totals totals;
};

/// The file's content. `links`, `batches` and `totals` of `head` are taken from `links`, which must be
/// sorted, each key once.
std::string encode_deltas(const deltas_head& head, std::span<const link_delta> links);

/// Reads the head only, and checks the file's length, so that a start costs the same however large the files
/// are. Errors: those of reading; file_corrupt, file_other_version; file_other_node.
result<deltas_head> read_deltas_head(const std::filesystem::path& file, std::string_view node);

/// Deltas in memory; the links point into their own bytes.
struct loaded_deltas {
  std::string bytes;
  batch_seed seed{};
  std::vector<link_delta> links;  // sorted by key, each once
};

/// Takes a deltas file's content, or a tally sheet's (which may serve as deltas where the disk is full).
/// Errors as read_deltas_head.
result<std::unique_ptr<loaded_deltas>> parse_deltas(std::string bytes, std::string_view node);

/// Whether the bytes begin as a tally sheet does.
bool looks_like_sheet(std::string_view bytes) noexcept;

/// The links of tally sheets of one day, sorted by key, each once. They point into the sheets. Shares without
/// a day are left out: they are in their links already.
std::vector<link_delta> links_of(std::span<const sheet_view> sheets);

event_totals totals_of(std::span<const link_delta> links) noexcept;

/// Both sorted, each key once; so is what comes out. Keys point where they pointed.
std::vector<link_delta> merge_links(std::span<const link_delta> left, std::span<const link_delta> right);

}  // namespace buttond
