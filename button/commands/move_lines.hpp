#pragma once
// The moves that `buttond move` is told: one pair of addresses, or a CSV of them. One thread.

#include "button/commands/csv_records.hpp"
#include "button/commands/import_source.hpp"
#include "button/store/store.hpp"
#include "common/url_key.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

struct move_line {
  std::uint64_t number = 0;  // from 1; of its first line, where a CSV record has several
  link_move move;
  std::string problem;  // why it cannot be made; empty where it can
};

/// From addresses, or keys, to a move of one key to another.
move_line read_move(std::string_view from, std::string_view to, const key_rules& rules);

/// The lines of a CSV with a header that has `from` and `to`.
class move_lines {
 public:
  /// Throws startup_error for a header without the two.
  move_lines(const import_source& source, const key_rules& rules);

  /// The next line that is not empty; false at the end.
  bool next(move_line& line);

 private:
  csv_records records_;
  const key_rules rules_;
  std::size_t from_ = 0;
  std::size_t to_ = 0;
  std::vector<std::string> fields_;
};

}  // namespace buttond
