#pragma once
// Fills the count cache from the store on a thread of its own, with one query for every key that was asked
// for meanwhile, however many readers asked for it. A link that is being loaded is not asked for again.
//
// While the store is down nobody waits for it: what is asked for is turned away at once, and the loader's
// ping, at growing intervals of 100 ms to 2 s, is all that the store hears. A store that holds a query for
// half a second counts as down until it answers.
//
// Thread-safe: every function may be called from any event loop and returns at once. Owned by app.

#include "button/counts/count_cache.hpp"
#include "button/store/store.hpp"
#include "common/fingerprint.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace buttond {

struct link_id {
  buttond::fingerprint fingerprint;
  std::string_view key;
};

/// Chosen, not configured: the defaults are what runs.
struct loader_limits {
  std::chrono::milliseconds linger{2};           // what is asked for meanwhile goes into the same query
  std::chrono::milliseconds overdue_after{500};  // a store that takes longer is not waited for
  std::size_t keys_of_query = 1'000;             // a MongoDB command stays far below its 16 MiB
  std::size_t keys = 100'000;                    // queued or in flight
  std::size_t waiters = 100'000;                 // a hung store must not collect readers without bound
};

class count_loader {
 public:
  /// Starts the thread. Both must outlive the loader.
  count_loader(store& from, count_cache& into, const loader_limits& limits = {});

  /// Stops: wakes everybody who still waits, and joins the thread (after the query under way).
  ~count_loader();
  count_loader(const count_loader&) = delete;
  count_loader& operator=(const count_loader&) = delete;

  /// Refreshes behind; nobody waits. Turned away like load(); the cache lets a later reader ask again.
  void refresh(std::span<const link_id> links);

  /// Calls `done` once: when every one of `links` was looked up (they are in the cache then) or could not be,
  /// on the loader's thread; or, where they are turned away (the store is down, or too much waits already),
  /// on the caller's before load() returns. `done` must not throw and must not block.
  void load(std::span<const link_id> links, std::function<void()> done);

  /// Whether the store answered last time. It is asked at least every ten seconds.
  bool store_up() const noexcept;

  /// How many queries the store was sent, for tests and metrics. Pings are none.
  std::uint64_t queries() const noexcept;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond
