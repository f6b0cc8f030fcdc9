#pragma once
// `buttond move FROM TO`: a link goes on under a new address. The counts of the old one are added to the new
// one's, and the two are one link from then on. Run twice, or cut off and run again, it moves once. One
// thread; the server may run meanwhile.

#include "button/store/store.hpp"
#include "common/url_key.hpp"

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

namespace buttond {

struct move_arguments {
  std::string from{};
  std::string to{};
  std::string file{};    // instead of these: CSV with many; "-": standard input
  bool dry_run = false;  // say what would be moved, and change nothing
};

/// Reports to `out`, and what is refused to `report` (a progress bar too, where that is a terminal). Returns
/// the exit status: 0, or 1 where something was refused or the store failed. Throws startup_error for a file
/// that cannot be read at all.
int run_move(const move_arguments& arguments, const key_rules& rules,
             const std::function<std::unique_ptr<store>()>& open, std::ostream& out, std::ostream& report);

}  // namespace buttond
