#pragma once
// The share of a reader who follows a link of the share page, until it is counted or kept: whichever comes
// first, the reader's patience or the store's answer.
// Thread-safe: the reader's loop and the recorder's thread settle it between them.

#include "button/shares/kept_shares.hpp"
#include "button/shares/share_ledger.hpp"
#include "button/store/store.hpp"

#include <cstdint>
#include <mutex>
#include <utility>

namespace buttond {

class reader_share {
 public:
  /// `ledger` knows it as one that waits. Both must outlive this.
  reader_share(share_report report, kept_shares& in, share_ledger& ledger)
      : report_(std::move(report)), kept_(in), ledger_(ledger) {}

  const share_report& report() const noexcept { return report_; }

  /// The reader's answer leaves: when this returns the share is counted or kept, if there is room.
  void secure();

  // What became of it in the store; one of them is called, once, unless it is kept before it is its turn.

  /// The store has it, and counted it now if it was `fresh`: it is kept no longer.
  void stored(bool fresh);

  /// The store did not take it: it is kept, or lost where there is no room.
  void not_stored();

  /// Whether it is kept, so that others send it.
  bool is_kept() const;

 private:
  enum class state : std::uint8_t { open, kept, no_room, settled };

  void keep_if_open();

  const share_report report_;
  kept_shares& kept_;
  share_ledger& ledger_;
  mutable std::mutex mutex_;  // held while it is kept, so that stored() finds it there
  state state_ = state::open;
};

}  // namespace buttond
