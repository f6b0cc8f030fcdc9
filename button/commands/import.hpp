#pragma once
// `buttond import FILE`: takes counts that were earned elsewhere, as `buttond export` writes them or as CSV.
// Run twice, or cut off and run again, it counts once: the content of the file names the import, and every
// 400 lines of it are a batch that the store takes once. One thread; the server may run meanwhile.

#include "button/store/store.hpp"
#include "common/url_key.hpp"

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

namespace buttond {

struct import_arguments {
  std::string file{};    // "-": standard input
  std::string name{};    // with another name, the same content is another import
  std::string format{};  // "jsonl", "csv", or empty: as the file looks
  bool set = false;      // replace the counts instead of adding to them
  bool dry_run = false;  // read and report only; the store is not opened
};

/// Lines in one batch of an import: so few that the longest keys keep it below what a batch may hold. Which
/// lines are in which batch depends on nothing else, so that it is the same in every run, also where another
/// one takes other lines (with --allow-private-hosts, say). Changing it makes a half-done import of an older
/// version count twice.
inline constexpr std::size_t lines_in_batch = 400;

/// Lines that are read before any of them is written.
inline constexpr std::size_t lines_in_chunk = 10'000;
static_assert(lines_in_chunk % lines_in_batch == 0);

/// Reports to `out`, and refused lines to `report` (a progress bar too, where that is a terminal). Returns
/// the exit status: 0, or 1 when lines were refused or the store failed. Throws startup_error for a file that
/// cannot be read at all.
int run_import(const import_arguments& arguments, const key_rules& rules,
               const std::function<std::unique_ptr<store>()>& open, std::ostream& out, std::ostream& report);

}  // namespace buttond
