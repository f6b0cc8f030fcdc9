#pragma once
// How much of a file, or of something else, is done, for who waits at a terminal; nothing is shown elsewhere.
// One thread.

#include "button/commands/import_source.hpp"

#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace buttond {

class progress_bar {
 public:
  explicit progress_bar(std::ostream& out) noexcept : out_(out) {}

  void show(const import_source& source, std::uint64_t lines);

  /// How far it is, where nobody knows how much there is.
  void show(std::string_view done);

  /// Ends the bar's line, so that text can follow.
  void end();

 private:
  std::ostream& out_;
  bool shown_ = false;
};

}  // namespace buttond
