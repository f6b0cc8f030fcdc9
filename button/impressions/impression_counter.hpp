#pragma once
// One event loop's own counter. It counts into the loop's slab of the journal before the answer is written,
// so whatever a reader got is counted even if the process is killed in the next instant. No lock, no system
// call, no allocation. Owned by the journal; every function runs on the loop's thread.

#include "button/impressions/books.hpp"
#include "common/fingerprint.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace buttond {

class impression_counter {
 public:
  /// Counts one event of a link as seen and accepted. Cannot fail: where no slab has room it counts in
  /// memory.
  void add(event_kind kind, const fingerprint& link, std::string_view key) noexcept;

  /// Counts one event as seen and filtered.
  void filter(event_kind kind, filter_reason reason) noexcept;

  const loop_books& books(event_kind kind) const noexcept;
};

}  // namespace buttond
