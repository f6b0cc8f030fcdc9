#pragma once
// `buttond export [FILE]`: writes every link with its counts, one JSON object a line, in the order of the
// keys, and where a link has moved, its `moved_to`; `buttond import --set` of it gives the same. One thread;
// the server may run meanwhile.

#include "button/store/store.hpp"

#include <iosfwd>
#include <string>

namespace buttond {

/// Writes to `file`, or to `out` for "-". A file is there when it is whole: until then it is FILE.part.
/// First adds to the links what waits for that; where it cannot, that is told on `report`, and what is there
/// is written. Returns the exit status: 0, or 1 (with the reason on `report`) when the store or the file
/// failed.
int run_export(const std::string& file, store& from, std::ostream& out, std::ostream& report);

}  // namespace buttond
