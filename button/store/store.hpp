#pragma once
// The store behind the counts, as the server sees it: apply batches, read counts, record shares. Two
// implementations: sqlite_store (embedded) and mongodb_store. Every call blocks, may take as long as the
// store's own timeouts allow (bounded: never for good), and may be made from any thread but an event loop's.
// The store logs the details of a failure itself; the caller gets the error code.

#include "common/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// The three numbers of a link.
struct tally {
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::int64_t shares = 0;

  tally& operator+=(const tally& other) noexcept {
    impressions += other.impressions;
    clicks += other.clicks;
    shares += other.shares;
    return *this;
  }
  friend bool operator==(const tally&, const tally&) = default;
};

struct link_delta {
  std::string_view key;  // points into memory of the batch's owner
  tally delta;
};

/// The deltas of one epoch of one node, named by (node, epoch) for ever. Each key stands in it once.
struct batch {
  std::string_view node;   // letters, digits and '-' only
  std::int64_t epoch = 0;  // grows from batch to batch of a node
  /// The UTC day all of it was counted on: its impressions and clicks are added to site_days too.
  /// Empty for an import, whose counts have no day.
  std::optional<std::chrono::sys_days> day;
  std::span<const link_delta> links;
};

/// How many ids of reported shares are remembered for a link, the newest.
inline constexpr std::int64_t recent_shares_kept = 256;

/// One reported share: `id` names it for ever, so that a second report of it is not counted.
struct share_report {
  std::string key;
  std::string id;
  std::int64_t shares = 1;
};

struct shares_recorded {
  std::int64_t counted = 0;
  std::int64_t repeated = 0;
};

/// A link as it stands in the store.
struct stored_link {
  std::string key;
  tally counts;
};

class store {
 public:
  virtual ~store() = default;

  /// Applies `b` whole, or fails; applied again, it changes nothing. After success it is durable.
  /// Batches of a node must come in the order of their epochs.
  virtual result<void> apply(const batch& b) = 0;

  /// The tallies of `keys`, in their order; nothing for a key that the store does not know.
  virtual result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) = 0;

  /// Counts each report once. Durable after success. A failure may leave some of them counted: report all
  /// again.
  virtual result<shares_recorded> record_shares(std::span<const share_report> reports) = 0;

  /// Sets the tallies of `links` to these numbers, whatever they were.
  virtual result<void> set(std::span<const stored_link> links) = 0;

  /// Calls `visit` for every link, in the order of their keys; one link is in memory at a time.
  virtual result<void> for_each(const std::function<void(const stored_link&)>& visit) = 0;

  /// Whether the store answers now; cheap.
  virtual result<void> ping() = 0;

  /// "mongodb" or "sqlite", for logs and metrics.
  virtual std::string_view kind() const noexcept = 0;
};

}  // namespace buttond
