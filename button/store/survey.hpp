#pragma once
// What the people who run it ask of the store: its sites and days, the links of a site, and what the nodes
// say of themselves. Apart from the store that counting uses, with connections of its own, so that no
// question of a person holds up a count, and none that fails or takes long is a failure of the store. Two
// implementations: sqlite_survey and mongodb_survey.
//
// Thread-safe: every call blocks, and may be made from any thread but an event loop's. It is given up after
// `survey_patience` with errc::store_timeout (forget() and drop_days(), which write, may take as long as the
// store's own timeouts). It logs nothing: who asks says what came of it.

#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/error.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

inline constexpr std::chrono::seconds survey_patience{2};

/// What a node says of itself, once a minute.
struct node_report {
  std::string node;  // its name: letters, digits and '-' only, at most 64 of them
  wall_time at;      // when it said so, to the millisecond
  std::string text;  // a JSON object of at most node_report_bytes
};
inline constexpr std::size_t node_report_bytes = std::size_t{16} << 10;

using wall_hour = std::chrono::sys_time<std::chrono::hours>;

/// What a node counted in one hour, by the minute; nothing for a minute in which it did not run.
struct counted_hour {
  std::string node;
  wall_hour hour;
  std::array<std::optional<tally>, 60> minutes;
};

/// An hour of all nodes together; nothing where none ran.
struct hour_sum {
  wall_hour hour;
  tally counts;
};

/// How long what nodes say of themselves is kept.
inline constexpr std::chrono::days node_report_kept{1};
inline constexpr std::chrono::days counted_hour_kept{8};

/// What forget() took away.
struct forgotten {
  std::int64_t links = 0;
  std::int64_t days = 0;
  std::int64_t share_ids = 0;  // of reported and of readers' shares
  std::int64_t refused = 0;    // documents or links of `refused`
  bool more = false;           // something of the site is left: call again
};

class survey {
 public:
  virtual ~survey() = default;

  /// Notes what a node says of itself, in place of what it said before, and what it counted in `hours`, in
  /// place of what it said of these before. errc::store_refused: a report that is no JSON object, or too
  /// long.
  virtual result<void> tell(const node_report& report, std::span<const counted_hour> hours) = 0;

  /// What each node said last, of those that said anything at or after `since`; in no order.
  virtual result<std::vector<node_report>> reports(wall_time since) = 0;

  /// Calls `visit` for each hour of each node from `first` to `last`, both included; in no order.
  virtual result<void> counted_hours(wall_hour first, wall_hour last,
                                     const std::function<void(const counted_hour&)>& visit) = 0;

  /// The sums over the nodes, hour by hour, in order.
  virtual result<std::vector<hour_sum>> hour_sums(wall_hour first, wall_hour last) = 0;

  /// Removes what nodes said that is kept no longer (node_report_kept, counted_hour_kept before `now`).
  virtual result<void> sweep(wall_time now) = 0;

  /// Calls `visit` for each site with what it has on `day`, at most `most` sites: those with the most
  /// impressions where there are more. In no order. 20,000 sites are some ms in SQLite, some 10 ms in
  /// MongoDB.
  virtual result<void> sites_on(
      std::chrono::sys_days day, std::size_t most,
      const std::function<void(std::string_view site, const tally& counts)>& visit) = 0;

  /// The first and the last day that anything has; nothing where there is none.
  struct day_range {
    std::chrono::sys_days first;
    std::chrono::sys_days last;
  };
  virtual result<std::optional<day_range>> days() = 0;

  /// Calls `visit` for each day of `site` from `first` to `last`, both included, that has anything; in order.
  virtual result<void> days_of(std::string_view site, std::chrono::sys_days first, std::chrono::sys_days last,
                               const std::function<void(std::chrono::sys_days, const tally&)>& visit) = 0;

  /// The links of `site` with the most impressions, these first, at most `most`. Links that have moved are
  /// left out. Reads all links of the site, by the range of their keys: linear in these.
  virtual result<std::vector<stored_link>> links_of(std::string_view site, std::size_t most) = 0;

  /// The tallies of `keys`, in their order, as store::find.
  virtual result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) = 0;

  /// Removes the days of all sites before `first`, at most `most` rows (or documents); how many it removed.
  virtual result<std::int64_t> drop_days(std::chrono::sys_days first, std::int64_t most) = 0;

  /// Removes a portion of what the store has of `site`: its links (and where they have moved), its days, the
  /// ids of its shares, what of it is in `refused`. Call again while there is `more`.
  virtual result<forgotten> forget(std::string_view site) = 0;

  /// The key that links to the page of a site are signed with, as text; `proposed` where there was none.
  /// Durable, and the same for all nodes of the store, as store::share_key, of which it is independent.
  virtual result<std::string> site_link_key(std::string_view proposed) = 0;
};

/// Opens a survey of the store that `uri` names, as open_store (open_store.hpp) takes it: it connects with
/// the first call, and makes no file. Throws startup_error for a URI that cannot be used whatever happens.
std::unique_ptr<survey> open_survey(const std::string& uri,
                                    std::chrono::milliseconds patience = survey_patience);

}  // namespace buttond
