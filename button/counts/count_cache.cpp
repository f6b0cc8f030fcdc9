#include "button/counts/count_cache.hpp"

#include "common/second_chance_cache.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>
#include <mutex>
#include <ratio>
#include <vector>

namespace buttond {
namespace {

// An entry's times are 32 bits of ticks of 2^24 ns (16.8 ms), which wrap after 2.2 years. Only differences
// are looked at, so the worst that a wrap can do is to make an entry that nobody asked for during 2.2 years
// fresh once more.
using tick_duration = std::chrono::duration<std::int64_t, std::ratio<1 << 24, 1'000'000'000>>;
using tick = std::uint32_t;

tick to_tick(monotonic_time time) noexcept {
  return static_cast<tick>(std::chrono::duration_cast<tick_duration>(time.time_since_epoch()).count());
}

std::uint32_t to_ticks(std::chrono::milliseconds time) noexcept {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();  // more than a year
  const std::int64_t ticks = std::chrono::duration_cast<tick_duration>(time).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(ticks, 1, most));
}

constexpr std::chrono::milliseconds refresh_patience{2'000};
constexpr std::size_t most_shards = 64;
constexpr std::size_t least_entries_of_a_shard = 1'024;  // a shard with few entries would evict by chance
constexpr std::size_t unknown_share = 8;                 // one entry in so many is for unknown links

struct counted {
  std::int64_t shares;
  tick due;            // when the next refresh is to be asked for
  bool is_refreshing;  // `due` is the end of a refresher's patience
};
using segment = second_chance_cache<fingerprint, counted, fingerprint_hash>;

/// How long an answer is fresh: +-10 % by bits of the fingerprint which choose neither shard nor bucket, so
/// that what was loaded in one moment is not refreshed in one.
std::uint32_t jittered(std::uint32_t ticks, const fingerprint& link) noexcept {
  const std::uint64_t spread = ticks / 5;
  return static_cast<std::uint32_t>(ticks - spread / 2 + ((spread * (link.high & 0xFFFF)) >> 16));
}

/// The greatest number for one that does not fit, as in the store.
std::int64_t sum_of(std::int64_t count, std::int64_t more) noexcept {
  constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
  return count > greatest - more ? greatest : count + more;
}

struct alignas(64) shard {
  shard(std::uint32_t known_entries, std::uint32_t unknown_entries)
      : known(known_entries), unknown(unknown_entries) {}

  // First what a look-up writes: one line of the processor's cache, which goes from core to core.
  mutable std::mutex mutex;
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t stale = 0;
  segment known;
  segment unknown;
  std::uint64_t evictions = 0;
  std::uint64_t last_raise = 0;  // its number
};

}  // namespace

struct count_cache::impl {
  impl(const cache_options& options, const clock& clock_to_use)
      : time(clock_to_use),
        bytes_limit(options.bytes),
        fresh(to_ticks(options.fresh)),
        fresh_unknown(to_ticks(options.fresh_unknown)),
        patience(to_ticks(refresh_patience)),
        furthest_due(std::max({fresh, fresh_unknown, patience}) / 10 * 11 + patience) {
    const std::size_t entries = options.bytes / segment::bytes_per_entry;
    const std::size_t count =
        std::clamp(std::bit_floor(entries / least_entries_of_a_shard), std::size_t{1}, most_shards);
    constexpr std::size_t most_entries = std::numeric_limits<std::int32_t>::max();
    const std::size_t overhead = sizeof(shard) / segment::bytes_per_entry + 1 + 2;  // 2: the sentinels
    const std::size_t of_shard = std::clamp(entries / count, overhead + 2, most_entries) - overhead;
    const auto unknown = static_cast<std::uint32_t>(std::max(of_shard / unknown_share, std::size_t{1}));
    const auto known = static_cast<std::uint32_t>(std::max(of_shard - unknown, std::size_t{1}));
    for (std::size_t i = 0; i < count; ++i) shards.push_back(std::make_unique<shard>(known, unknown));
    shard_mask = count - 1;
  }

  shard& shard_of(const fingerprint& link) noexcept { return *shards[(link.high >> 32) & shard_mask]; }

  /// Whether `due` is still to come. What lies further ahead than any due time was passed more than a year
  /// ago.
  bool is_ahead(tick due, tick now) const noexcept { return due - now - 1 < furthest_due; }

  cached_count look_at(counted& entry, tick now) const noexcept {
    if (is_ahead(entry.due, now))
      return {entry.is_refreshing ? freshness::refreshing : freshness::fresh, entry.shares};
    entry.due = now + patience;
    entry.is_refreshing = true;
    return {freshness::stale, entry.shares};
  }

  const clock& time;
  const std::size_t bytes_limit;
  const std::uint32_t fresh;
  const std::uint32_t fresh_unknown;
  const std::uint32_t patience;
  const std::uint32_t furthest_due;
  std::atomic<std::uint64_t> raises{0};
  std::size_t shard_mask = 0;
  std::vector<std::unique_ptr<shard>> shards;
};

count_cache::count_cache(const cache_options& options, const clock& time)
    : impl_(std::make_unique<impl>(options, time)) {}

count_cache::~count_cache() = default;

cached_count count_cache::find(const fingerprint& link, monotonic_time now) noexcept {
  shard& here = impl_->shard_of(link);
  const std::lock_guard lock(here.mutex);
  counted* entry = here.known.find(link);
  if (entry == nullptr) entry = here.unknown.find(link);
  if (entry == nullptr) {
    ++here.misses;
    return {};
  }
  const cached_count found = impl_->look_at(*entry, to_tick(now));
  ++here.hits;
  if (found.state != freshness::fresh) ++here.stale;
  return found;
}

void count_cache::put(const fingerprint& link, std::optional<std::int64_t> shares) noexcept {
  put(link, shares, std::numeric_limits<std::uint64_t>::max());
}

void count_cache::put(const fingerprint& link, std::optional<std::int64_t> shares,
                      std::uint64_t asked_after) noexcept {
  const tick now = to_tick(impl_->time.monotonic());
  const std::uint32_t fresh = jittered(shares ? impl_->fresh : impl_->fresh_unknown, link);
  shard& here = impl_->shard_of(link);
  const std::lock_guard lock(here.mutex);
  counted entry{shares.value_or(0), now + fresh, false};
  if (asked_after < here.last_raise) {
    entry.due = now;
    if (const counted* raised = here.known.find(link); raised != nullptr)
      entry.shares = std::max(entry.shares, raised->shares);
  }
  const bool is_known = shares || entry.shares > 0;
  segment& its = is_known ? here.known : here.unknown;
  segment& other = is_known ? here.unknown : here.known;
  other.erase(link);
  if (its.put(link, entry)) ++here.evictions;
}

void count_cache::raise(const fingerprint& link, std::int64_t shares) noexcept {
  const tick now = to_tick(impl_->time.monotonic());
  shard& here = impl_->shard_of(link);
  const std::lock_guard lock(here.mutex);
  here.last_raise = impl_->raises.fetch_add(1, std::memory_order_release) + 1;
  if (counted* known = here.known.find(link); known != nullptr) {
    *known = {sum_of(known->shares, shares), now, false};
  } else if (here.unknown.erase(link)) {
    if (here.known.put(link, {shares, now, false})) ++here.evictions;
  }
}

std::uint64_t count_cache::raises() const noexcept {
  return impl_->raises.load(std::memory_order_acquire);
}

cache_numbers count_cache::numbers() const noexcept {
  cache_numbers sum;
  sum.bytes_limit = impl_->bytes_limit;
  for (const auto& each : impl_->shards) {
    const std::lock_guard lock(each->mutex);
    sum.hits += each->hits;
    sum.misses += each->misses;
    sum.stale += each->stale;
    sum.evictions += each->evictions;
    sum.entries += each->known.size() + each->unknown.size();
    sum.bytes += sizeof(shard) + each->known.bytes() + each->unknown.bytes();
  }
  return sum;
}

}  // namespace buttond
