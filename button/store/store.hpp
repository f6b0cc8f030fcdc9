#pragma once
// The store behind the counts, as the server sees it: take batches, read counts, record shares. Two
// implementations: sqlite_store (embedded) and mongodb_store. Every call blocks, may take as long as the
// store's own timeouts allow (bounded: never for good), and may be made from any thread but an event loop's.
// The store logs the details of a failure itself, and nobody else does; the caller gets the error code.

#include "common/clock.hpp"
#include "common/error.hpp"

#include <atomic>
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

/// A place in the sequence of a node's batches.
struct batch_mark {
  std::int64_t number = 0;  // 0: before the first
  /// Of the batch with that number. Empty before the first, and where it is not known (the batch could not
  /// be read): then whatever has that number is meant.
  std::string sum;

  friend bool operator==(const batch_mark&, const batch_mark&) = default;
};

/// The deltas of at most 1,000 links, named by (node, number) for ever. Each key stands in it once.
struct batch {
  std::string_view node;    // letters, digits and '-' only, at most 64 of them
  std::int64_t number = 0;  // from 1; grows by one from batch to batch of a node
  batch_mark after;         // the batch before it
  std::string sum;          // 32 hexadecimal digits that no other content has (see batch_parts.hpp)
  /// The UTC day all of it was counted on: it is added to site_days too. Its shares are in their links
  /// already, and count for the day only.
  /// Empty for an import, whose counts have no day, and whose shares are added to the links.
  std::optional<std::chrono::sys_days> day;
  wall_time closed_at;  // when its epoch ended
  std::span<const link_delta> links;
  /// It stands, empty, for one that could not be read and may be in the store already.
  bool unread = false;
};

/// What became of batches that were brought. Whatever it says, all of them are in the store.
struct bring_report {
  /// Another process goes on under this node's name (a machine that was cloned while it ran, or a copy of its
  /// data directory): what follows needs a new name.
  bool name_taken = false;
  /// Of these, what was not counted but set aside in `refused`, since the other process was first.
  std::int64_t set_aside_batches = 0;
  tally set_aside;
};

/// How to fold.
enum class fold_turn : std::uint8_t {
  in_turn,  // leave the work to another node that is at it, and give way to who reads meanwhile
  at_once,  // neither
  stopped,  // end after the part under way: whoever comes next goes on
};

/// What one call of fold() did, and what is left.
struct fold_report {
  std::int64_t batches = 0;   // added to links and site_days
  std::int64_t links = 0;     // documents of links that they were added to
  std::int64_t refused = 0;   // of these, links and site days that the database would not take
  std::int64_t repaired = 0;  // documents in which something stood that is no count
  std::int64_t waiting = 0;   // batches that are not folded yet
  std::int64_t gaps = 0;      // of these, those that have waited for the one before them for an hour
  std::optional<std::chrono::milliseconds> oldest;  // age of the oldest that waits, by the database's clock
  std::int64_t set_aside = 0;                       // documents in `refused`
  bool more = false;  // of what waited when the call began, it left some that it could fold
};

/// What the store would not take, or must not count, and keeps in `refused`.
struct refused_item {
  std::string id;
  std::string kind;  // "links", "site_days": refused by the database; "batch": brought under a taken name
  std::string why;
  wall_time at;
  std::int64_t links = 0;
  std::string first_key;
  tally counts;
};

/// How many ids of a link's shares are remembered, the newest: so many of the application's, and as many of
/// readers'.
inline constexpr std::int64_t recent_shares_kept = 256;

/// Who says that a link was shared. Anybody may be a reader: whatever they send, the application's ids stay
/// known.
enum class shared_by : std::uint8_t { application, reader };

/// One share: `id` names it for ever, so that a second report of it is not counted.
struct share_report {
  std::string key;
  std::string id;
  std::int64_t shares = 1;
  shared_by by = shared_by::application;
};

struct shares_recorded {
  std::int64_t counted = 0;
  std::int64_t repeated = 0;
  std::vector<bool> fresh;  // for each report, whether it was counted now
};

/// A link as it stands in the store.
struct stored_link {
  std::string key;
  tally counts;
  std::string moved_to{};  // the link that has its counts now; empty where it has not moved
};

/// A link that goes on under another key.
struct link_move {
  std::string from;
  std::string to;  // another one
};

/// What became of a move.
struct link_moved {
  std::string to;  // where the counts are: where the other link had moved itself, the end of its way
  tally counts;    // what was added there
};

enum class move_mode : std::uint8_t { real, dry_run };

class store {
 public:
  virtual ~store() = default;

  /// Takes consecutive batches of one node, in the order of their numbers, and of all calls of that node.
  /// Brought again, they change nothing. After success all of them are durable. A failure may leave any
  /// number of them, from the first on, in the store: bring all again. `later` are those that follow, as far
  /// as they are known: where the store has one of them, their sums prove that these were counted before.
  virtual result<bring_report> bring(std::span<const batch> batches, std::span<const batch> later) = 0;
  result<bring_report> bring(std::span<const batch> batches) { return bring(batches, {}); }

  /// Adds a portion of the batches that wait to links and site_days, where bring() leaves that to fold().
  /// Exact whoever else folds meanwhile; what was cut off is gone on with by the next call of anybody. `turn`
  /// may change while it is at it.
  virtual result<fold_report> fold(const std::atomic<fold_turn>& turn) = 0;

  /// Calls `visit` for each document in `refused`.
  virtual result<void> for_each_refused(const std::function<void(const refused_item&)>& visit) = 0;

  /// Tries again to count what was refused: all that the database would not take, or, with `id`, that item,
  /// whatever its kind. Returns how many items were counted.
  virtual result<std::int64_t> retry_refused(std::string_view id) = 0;

  /// The tallies of `keys`, in their order; nothing for a key that the store does not know. A link that has
  /// moved has those of the link that it moved to.
  virtual result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) = 0;

  /// Counts each report once: the application's unless the application said it before, a reader's unless
  /// anybody did (see recent_shares_kept). Durable after success. A failure may leave some of them counted:
  /// report all again.
  virtual result<shares_recorded> record_shares(std::span<const share_report> reports) = 0;

  /// The key that all nodes of this store sign the share page's ids with, as text; `proposed` where there was
  /// none. Durable: whoever asks gets the same.
  virtual result<std::string> share_key(std::string_view proposed) = 0;

  /// Sets the tallies of `links` to these numbers, whatever they were. One that has moved is a link of its
  /// own again; where they say that they moved is passed over.
  virtual result<void> set(std::span<const stored_link> links) = 0;

  /// How many moves one call takes.
  static constexpr std::size_t moves_in_call = 50;

  /// Adds the counts of each link to those of the other, with the ids of its shares, and leaves none: from
  /// then on the two are one, whatever comes for either of them. Where the way of the other link leads back
  /// to this one, the other is a link of its own again. All in one step, in the order of `moves`; done again,
  /// it moves what came meanwhile, which is nothing as a rule. After a failure all of it or nothing was done:
  /// call again. errc::store_refused: the database will not, for one of them; errc::store_alone: it never
  /// will.
  virtual result<std::vector<link_moved>> move(std::span<const link_move> moves, move_mode mode) = 0;

  /// Calls `visit` for every link, in the order of their keys, with what stands there: nothing as a rule,
  /// where it has moved. One link is in memory at a time.
  virtual result<void> for_each(const std::function<void(const stored_link&)>& visit) = 0;

  /// Whether counts can be read now; cheap. `why` says what is wrong, and what can be done about it. Makes
  /// nothing: no file, no collection.
  virtual result<void> ping(std::string& why) = 0;
  result<void> ping() {
    std::string why;
    return ping(why);
  }

  /// The same of all that is written. It changes nothing.
  virtual result<void> can_write(std::string& why) = 0;

  /// What a line in the log about a failure says besides, such as what becomes of the counts; called while it
  /// is written, from any of the store's threads. Nothing: no more.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): whoever overrides it keeps it
  virtual void while_failing(std::function<std::string()> /*say*/) {}

  /// "mongodb" or "sqlite", for logs and metrics.
  virtual std::string_view kind() const noexcept = 0;
};

}  // namespace buttond
