#pragma once
// What the fuzzers of `buttond import` have in common.

#include "button/commands/import_lines.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdio>
#include <memory>
#include <string_view>
#include <vector>

namespace buttond::testing {

struct file_closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using file_ptr = std::unique_ptr<std::FILE, file_closer>;

/// `bytes` as a file; they must outlive it.
inline file_ptr file_of(std::string_view bytes) {
  // It writes nothing: the mode says so. And it takes no null, also where it reads nothing.
  const auto* data = bytes.empty() ? "" : bytes.data();
  file_ptr file(::fmemopen(const_cast<char*>(data), bytes.size(), "re"));
  require(file != nullptr, "memory can be read as a file");
  return file;
}

/// The lines that can be taken; those that cannot must say why. `lines_of_file` is how many there are.
inline std::vector<import_line> taken_lines(import_lines& lines, std::uint64_t lines_of_file) {
  std::vector<import_line> taken;
  std::uint64_t last = 0;
  import_line line;
  while (lines.next(line)) {
    require(line.number >= last && line.number >= 1 && line.number <= lines_of_file,
            "a line is told by its number");
    last = line.number;
    if (!line.problem.empty()) continue;
    for (const auto count : {line.counts.impressions, line.counts.clicks, line.counts.shares})
      require(count >= 0 && count <= greatest_count, "a count is a whole number that JSON holds");
    require(line.link.size() <= longest_line, "a link is no longer than its line");
    taken.push_back(line);
  }
  return taken;
}

inline void require_same(const std::vector<import_line>& first, const std::vector<import_line>& second) {
  require(first.size() == second.size(), "what is written anew has as many lines");
  for (std::size_t i = 0; i < first.size(); ++i)
    require(first[i].link == second[i].link && first[i].counts == second[i].counts,
            "a line that is written anew is the same");
}

}  // namespace buttond::testing
