#pragma once
// Counts what this thread allocates with `new`, so that a test can say "this allocates nothing". The test
// binary replaces the global operators; under a sanitizer too, whose malloc and free they call.

#include <cstddef>

namespace buttond {

/// How often this thread has called operator new, in any of its forms, since it began.
std::size_t allocations() noexcept;

}  // namespace buttond
