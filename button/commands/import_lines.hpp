#pragma once
// The lines of a file of counts, as JSON Lines or as CSV (RFC 4180, with a header). A line that cannot be
// read is told with its reason, and reading goes on with the next one. One thread.

#include "button/store/store.hpp"
#include "common/shortened.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace buttond {

/// The greatest count that is taken: what JSON numbers hold exactly (2^53 - 1). Sums of such numbers stay far
/// from what a 64-bit integer holds.
inline constexpr std::int64_t greatest_count = 9'007'199'254'740'991;

/// A longer line is refused, and no more of it is held in memory.
inline constexpr std::size_t longest_line = 65'536;

struct import_line {
  std::uint64_t number = 0;  // from 1; of its first line, where a CSV record has several
  std::string link;          // "key" or "url" as it stands there
  tally counts;
  std::string moved_to;  // the link that it has moved to, where an export says so
  std::string problem;   // why it cannot be taken; empty when it can
};

class import_lines {
 public:
  virtual ~import_lines() = default;

  /// The next line that is not empty; false at the end.
  virtual bool next(import_line& line) = 0;

  /// Names of fields that mean nothing here and were passed over (some of them, if they are many).
  const std::set<std::string>& ignored_fields() const noexcept { return ignored_; }

 protected:
  void ignore(std::string_view field) {
    if (ignored_.size() < 10) ignored_.insert(shortened(field, 100));
  }

 private:
  std::set<std::string> ignored_;
};

/// Where a count of this name is kept; null for a name that is none of them.
std::int64_t* count_named(std::string_view name, tally& counts) noexcept;

/// "impressions is not a whole number from 0 to ..."
std::string not_a_count(std::string_view name);

/// Both read `file` from where it stands; it must be seekable and outlive the reader.
std::unique_ptr<import_lines> read_json_lines(std::FILE* file);

/// Throws startup_error for a header that names no link or no count.
std::unique_ptr<import_lines> read_csv(std::FILE* file);

}  // namespace buttond
