#pragma once
// `buttond refused`: what the database would not take, or what must not be counted, and waits in `refused`;
// with
// --retry it is tried again. One thread; the server may run meanwhile.

#include "button/store/store.hpp"

#include <iosfwd>
#include <string>

namespace buttond {

struct refused_arguments {
  bool retry = false;
  std::string id{};  // with retry: only that item, whatever its kind
};

/// Tries again what it was told to, then lists what is there, a line each with tabs between: id, kind,
/// counts, links, when (UTC), why. Returns the exit status: 0, or 1 when something is there or the store
/// failed (with the reason on `report`).
int run_refused(const refused_arguments& arguments, store& in, std::ostream& out, std::ostream& report);

}  // namespace buttond
