#pragma once
// How batches come into `batches`: inserted, acknowledged by a majority, and then held against what the store
// knows of their node, so that another process under the same name is noticed before the caller forgets what
// it counted. No state.

#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_refused.hpp"
#include "button/store/store.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <span>
#include <string>

namespace buttond {

/// What one call of store::bring is given.
struct batch_run {
  std::span<const batch> batches;  // at least one
  std::span<const batch> later;    // those that follow, as far as they are known
};

/// How many batches go into one command. A way to the database that is too slow for so many within the
/// time-out gets half as many at the next try, down to one, and one more after a call that succeeded.
/// Thread-safe.
class insert_size {
 public:
  std::size_t now() const noexcept { return batches_.load(std::memory_order_relaxed); }
  void timed_out() noexcept {
    batches_.store(std::max<std::size_t>(now() / 2, 1), std::memory_order_relaxed);
  }
  void succeeded() noexcept { batches_.store(std::min(now() + 1, most), std::memory_order_relaxed); }

 private:
  static constexpr std::size_t most = 8;  // 8 MB, where a message may have 48

  std::atomic<std::size_t> batches_{most};
};

/// As store::bring.
result<bring_report> bring_batches(mongodb_client& client, mongodb_refused& refused, insert_size& size,
                                   const batch_run& run, std::string& why);

/// How many of the batches, from the first on, stand beside those that the store has under these numbers,
/// where `mark` is as far as the node's batches are folded.
std::size_t taken_by_another(const batch_run& run, const batch_mark& mark) noexcept;

/// How many of `batches` are certain to go with the first of them: each names the sum of the one before it.
std::size_t chained(std::span<const batch> batches) noexcept;

}  // namespace buttond
