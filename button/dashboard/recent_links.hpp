#pragma once
// Which links are seen, clicked and shared now: the busiest 1,000 of each of the last 60 minutes, out of what
// this node counts, in at most 4 MB whatever is counted. Fed by the journal with each epoch that it closes,
// so it costs a hit nothing, goes on where the store is down, and lags by --epoch. Links that are rare in a
// minute may be missing in it: sums are of what is here. Where the clock is set back by more than a minute,
// what is later than it is forgotten. Thread-safe; owned by app.

#include "button/store/store.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

struct recent_link {
  std::string key;
  tally counts;
};

/// How busy a link is: a share weighs as much as 100 impressions, a click as 10.
constexpr std::int64_t weight_of(const tally& counts) noexcept {
  return counts.impressions + 10 * counts.clicks + 100 * counts.shares;
}

class recent_links {
 public:
  explicit recent_links(const clock& time);
  ~recent_links();
  recent_links(const recent_links&) = delete;
  recent_links& operator=(const recent_links&) = delete;

  /// What an epoch that ended now counted; each key once. Linear in `links`; copied is what may stay.
  void add(std::span<const link_delta> links);

  /// The busiest links of the last whole `minutes` (60 at most) and of the one under way, of `site` only
  /// where it is not empty; the busiest first, at most `most`. Some milliseconds for 60 minutes.
  std::vector<recent_link> top(std::chrono::minutes minutes, std::size_t most,
                               std::string_view site = {}) const;

  /// The beginning of the last minute in which `key` was among the busiest; nothing where it was in none of
  /// the last 60.
  std::optional<wall_time> last_seen(std::string_view key) const;

  /// What it holds, in bytes: at most 4 MB.
  std::size_t bytes() const;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond
