#pragma once
// The names of the files in a node's directory, DATA/journal/<node>: made and read here alone.
//
//   lock             held by flock while a process uses the directory
//   sheet-<file>     see tally_sheet.hpp
//   deltas-<file>    see deltas_file.hpp; without numbers yet, so it may be merged with others
//   deltas-<file>.batches-<first>-<last>-<sum>
//                    the same, cut into batches of these numbers, which may be in the store: it keeps them
//                    until all are. sum: of the batch before the first; nothing where there is none, or where
//                    it is not known
//   brought-<number>-<sum>
//                    of the node's batches the last one that the store acknowledged, and its sum. Its content
//                    means nothing: it was the deltas file, and is in the store
//   *.tmp            not whole; removed when the directory is opened
//
// A file's number grows from file to file of a directory and is used once in it; possible.hpp says how great
// it can be, and a batch's. No state: any thread.

#include "button/store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

using file_number = std::int64_t;

/// The batches that a deltas file is cut into.
struct numbered_batches {
  batch_mark after;       // the batch before the first
  std::int64_t last = 0;  // the last one's number

  std::int64_t first() const noexcept { return after.number + 1; }
};

struct journal_file {
  enum class kind : std::uint8_t { sheet, deltas, brought, unfinished, other };

  kind what = kind::other;
  file_number number = 0;                   // of sheets and deltas
  std::optional<numbered_batches> batches;  // of deltas that have them
  batch_mark mark;                          // of what was brought
};

inline constexpr std::string_view lock_name = "lock";

std::string sheet_name(file_number number);
std::string deltas_name(file_number number);
std::string deltas_name(file_number number, const numbered_batches& batches);
std::string brought_name(const batch_mark& mark);

journal_file read_journal_name(std::string_view name);

/// A new node's name: 128 random bits, in hexadecimal.
std::string make_node_name();

/// Whether a directory of this name is a node's.
bool is_node_name(std::string_view name) noexcept;

}  // namespace buttond
