#pragma once
// The sums of sites over the days that were read so far, from a day (the last one) backwards. Bounded in
// bytes. Not thread-safe: range_reader's.

#include "button/dashboard/range_reader.hpp"
#include "button/dashboard/ranges.hpp"
#include "button/store/store.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace buttond {

class site_sums {
 public:
  using day_of_sites = std::vector<std::pair<std::string, tally>>;

  site_sums(std::chrono::sys_days last, monotonic_time begun) : last_(last), begun_(begun) {}

  /// Adds what was read of the next day, which is read_days() before the last.
  void add(const day_of_sites& sites, std::size_t most_sites, std::size_t most_bytes);

  /// Takes what was read of the last day, again, in place of what was read of it before.
  void replace_last(const day_of_sites& sites, std::size_t most_sites, std::size_t most_bytes);

  std::chrono::sys_days last() const noexcept { return last_; }
  monotonic_time begun() const noexcept { return begun_; }
  int read_days() const noexcept { return read_days_; }
  std::size_t bytes() const noexcept { return bytes_; }

  /// How many bytes a day takes, if all its sites are new.
  static std::size_t most_bytes_of(const day_of_sites& sites);

  /// What all sites have on `day`; nothing where it is not read, or there is nothing.
  std::optional<tally> total(std::chrono::sys_days day) const;

  /// Those with the most impressions first; how many have anything. `comparable`: whether changes can be
  /// said.
  std::pair<std::vector<site_sum>, std::size_t> largest(span_of_days span, std::size_t most,
                                                        bool comparable) const;

 private:
  /// Of one span, without its last day.
  struct sums {
    tally before_last;                    // the days of the span
    std::int64_t whole_impressions = 0;   // as many days, without the last one
    std::int64_t former_impressions = 0;  // as many days before those
  };
  struct of_site {
    tally last;
    std::array<sums, named_spans.size()> spans;
  };
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  static std::size_t bytes_of(std::string_view site);

  /// The sums of `site`, new ones where there are none; null where there is no room for them.
  of_site* find_or_make(std::string_view site, std::size_t most_sites, std::size_t most_bytes);

  const std::chrono::sys_days last_;
  const monotonic_time begun_;
  int read_days_ = 0;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, of_site, hash, std::equal_to<>> sites_;
  std::map<std::chrono::sys_days, tally> totals_;
};

}  // namespace buttond
