#pragma once
// The counts in memory: a sharded cache bounded in bytes. An entry has a fixed size whatever the length of
// its URL: fingerprint, count, age. Links that the store does not know live in a segment of their own, so
// that a flood of unknown URLs cannot push out the links that are in use. Thread-safe: one mutex a shard,
// held for one look-up or one insertion, never across anything that can block. A look-up allocates nothing.

#include "common/clock.hpp"
#include "common/fingerprint.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace buttond {

enum class freshness : std::uint8_t {
  missing,    // not in the cache
  fresh,      // answer with it
  stale,      // answer with it, and refresh behind (this look-up is the one that should)
  refreshing  // older than fresh, but somebody refreshes it already
};

struct cached_count {
  freshness state = freshness::missing;
  std::int64_t shares = 0;  // 0 for a link that the store does not know
};

/// hits + misses are all look-ups; stale is the part of hits that was older than fresh.
struct cache_numbers {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t stale = 0;
  std::uint64_t evictions = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;        // all told: entries, index and bookkeeping
  std::uint64_t bytes_limit = 0;  // cache_options::bytes
};

struct cache_options {
  std::size_t bytes = std::size_t{64} << 20;
  std::chrono::milliseconds fresh{30'000};         // with a jitter of +-10 %, by entry
  std::chrono::milliseconds fresh_unknown{5'000};  // for links that the store does not know
};

class count_cache {
 public:
  /// Reserves address space for all of `options.bytes`, but takes memory only as it fills. Throws
  /// startup_error when that fails.
  count_cache(const cache_options& options, const clock& time);
  ~count_cache();
  count_cache(const count_cache&) = delete;
  count_cache& operator=(const count_cache&) = delete;

  /// `now` is the caller's idea of clock::monotonic(), which it may read once for many look-ups.
  /// A refresh that brings nothing within two seconds is asked for again by a later look-up.
  cached_count find(const fingerprint& link, monotonic_time now) noexcept;

  /// What the store said: a number of shares, or nothing for a link that it does not know.
  void put(const fingerprint& link, std::optional<std::int64_t> shares) noexcept;

  /// The same, for an answer that was asked for when raises() was `asked_after`: where the link may have been
  /// raised since, what the store said then lowers nothing, and is stale from the start.
  void put(const fingerprint& link, std::optional<std::int64_t> shares, std::uint64_t asked_after) noexcept;

  /// Raises the count of a link that is here by shares that the store counted just now. The next reader gets
  /// it, and has the store asked behind, since the count may have had these shares already.
  void raise(const fingerprint& link, std::int64_t shares) noexcept;

  /// How often raise() was called.
  std::uint64_t raises() const noexcept;

  cache_numbers numbers() const noexcept;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond
