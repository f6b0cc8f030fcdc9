#include "button/shares/reader_share.hpp"

namespace buttond {

void reader_share::keep_if_open() {
  if (state_ == state::open) state_ = kept_.keep(report_) ? state::kept : state::no_room;
}

void reader_share::secure() {
  const std::lock_guard lock(mutex_);
  keep_if_open();
}

void reader_share::stored(bool fresh) {
  const std::lock_guard lock(mutex_);
  if (state_ == state::kept)
    kept_.forget(kept_shares::name_of(report_), fresh);
  else
    ledger_.stored(fresh);
  state_ = state::settled;
}

void reader_share::not_stored() {
  const std::lock_guard lock(mutex_);
  keep_if_open();
  if (state_ != state::no_room) return;
  kept_.lose();
  state_ = state::settled;
}

bool reader_share::is_kept() const {
  const std::lock_guard lock(mutex_);
  return state_ == state::kept;
}

}  // namespace buttond
