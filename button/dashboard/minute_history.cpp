#include "button/dashboard/minute_history.hpp"

namespace buttond {

void minute_history::add(wall_minute minute, const minute_counts& counts) {
  const std::lock_guard lock(mutex_);
  minutes_.insert_or_assign(minute, counts);
  minutes_.erase(minutes_.begin(), minutes_.lower_bound(minute - kept));
  minutes_.erase(minutes_.upper_bound(minute), minutes_.end());  // of a clock that was set back
}

std::vector<std::pair<wall_minute, minute_counts>> minute_history::since(wall_minute first) const {
  const std::lock_guard lock(mutex_);
  return {minutes_.lower_bound(first), minutes_.end()};
}

}  // namespace buttond
