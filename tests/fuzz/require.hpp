#pragma once
// What a fuzz target demands of its parser, in every build (assert is gone in a release).

#include <cstdio>
#include <cstdlib>

namespace buttond {

/// Says what does not hold, and aborts: a fuzzer, and the replay, take that for a finding.
inline void require(bool holds, const char* what) noexcept {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace buttond
