#pragma once
// How much of its disk what is counted takes in an hour in which the store takes nothing. Waiting batches are
// merged, so it goes with the distinct links of an hour, not with the epochs: a sample of them (the 1,024
// least of their fingerprints, "k minimum values", Bar-Yossef et al. 2002) says how many there are, to some 3
// %. Fed as recent_links. Thread-safe; owned by app.

#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/fingerprint.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>

namespace buttond {

class outage_room {
 public:
  explicit outage_room(const clock& time);

  /// What an epoch that ended now counted. Linear in `links`.
  void add(std::span<const link_delta> links);

  /// Bytes an hour, by the last one; of a node's first hour, what would come of it. Nothing where nothing was
  /// counted.
  std::optional<double> bytes_an_hour() const;

 private:
  struct hour {
    std::map<std::uint64_t, std::uint32_t> sample;  // bytes by the least fingerprints
    double bytes() const;
  };

  const clock& time_;
  const fingerprinter fingerprint_of_;
  mutable std::mutex mutex_;
  monotonic_time begun_;  // of the hour under way
  hour current_;
  std::optional<hour> before_;
};

}  // namespace buttond
