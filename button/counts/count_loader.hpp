#pragma once
// Fills the count cache from the store on a thread of its own, with one query for every key that was asked
// for meanwhile, however many readers asked for it. A link that is being loaded is not asked for again.
// Thread-safe: refresh() and load() may be called from any event loop; both return at once.

#include "button/counts/count_cache.hpp"
#include "button/store/store.hpp"
#include "common/fingerprint.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace buttond {

struct link_id {
  fingerprint print;
  std::string_view key;
};

class count_loader {
 public:
  /// Starts the thread. All three must outlive the loader.
  count_loader(store& from, count_cache& into);

  /// Stops: wakes everybody who still waits, and joins the thread (after the query under way).
  ~count_loader();
  count_loader(const count_loader&) = delete;
  count_loader& operator=(const count_loader&) = delete;

  /// Refreshes behind; nobody waits.
  void refresh(std::span<const link_id> links);

  /// Calls `done` once, on the loader's thread, when every one of `links` was looked up (they are in the
  /// cache then) or could not be (the store is down: they are not).
  void load(std::span<const link_id> links, std::function<void()> done);

  /// How many queries the store was sent, for tests and metrics.
  std::uint64_t queries() const noexcept;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond
