#include "button/dashboard/minute_history.hpp"

namespace buttond {

void minute_history::add(wall_minute minute, const minute_counts& counts, bool whole) {
  const std::lock_guard lock(mutex_);
  minutes_.insert_or_assign(minute, noted{counts, whole});
  minutes_.erase(minutes_.begin(), minutes_.lower_bound(minute - kept));
  minutes_.erase(minutes_.upper_bound(minute), minutes_.end());  // of a clock that was set back
}

std::vector<std::pair<wall_minute, minute_counts>> minute_history::since(wall_minute first) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<wall_minute, minute_counts>> found;
  for (auto at = minutes_.lower_bound(first); at != minutes_.end(); ++at)
    found.emplace_back(at->first, at->second.counts);
  return found;
}

std::optional<std::pair<wall_minute, minute_counts>> minute_history::last() const {
  const std::lock_guard lock(mutex_);
  if (minutes_.empty() || !minutes_.rbegin()->second.whole) return std::nullopt;
  return std::pair(minutes_.rbegin()->first, minutes_.rbegin()->second.counts);
}

}  // namespace buttond
