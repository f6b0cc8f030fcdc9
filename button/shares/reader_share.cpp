#include "button/shares/reader_share.hpp"

namespace buttond {

void reader_share::secure() {
  const std::lock_guard lock(mutex_);
  if (state_ != state::open) return;
  state_ = kept_.keep(report_) ? state::kept : state::dropped;
}

void reader_share::counted() {
  const std::lock_guard lock(mutex_);
  if (state_ == state::kept) kept_.forget(kept_shares::name_of(report_));
  state_ = state::counted;
}

bool reader_share::is_kept() const {
  const std::lock_guard lock(mutex_);
  return state_ == state::kept;
}

}  // namespace buttond
