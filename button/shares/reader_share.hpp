#pragma once
// The share of a reader who follows a link of the share page, until it is counted or kept: whichever comes
// first, the reader's patience or the store's answer.
// Thread-safe: the reader's loop and the recorder's thread settle it between them.

#include "button/shares/kept_shares.hpp"
#include "button/store/store.hpp"

#include <cstdint>
#include <mutex>
#include <utility>

namespace buttond {

class reader_share {
 public:
  /// `in` must outlive this.
  reader_share(share_report report, kept_shares& in) : report_(std::move(report)), kept_(in) {}

  const share_report& report() const noexcept { return report_; }

  /// The reader's answer leaves, or the store did not take it: when this returns the share is counted or
  /// kept, if there is room.
  void secure();

  /// The store counted it: it is kept no longer.
  void counted();

  /// Whether it is kept, so that others send it.
  bool is_kept() const;

 private:
  enum class state : std::uint8_t { open, kept, dropped, counted };

  const share_report report_;
  kept_shares& kept_;
  mutable std::mutex mutex_;  // held while it is kept, so that counted() finds it there
  state state_ = state::open;
};

}  // namespace buttond
