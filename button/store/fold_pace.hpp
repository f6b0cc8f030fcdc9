#pragma once
// What a folder does between two parts of a fold: it rests, keeps its lease, and sees whether it is to go on.
// Owned by one call; one thread.

#include "button/store/fold_document.hpp"
#include "button/store/store.hpp"

#include <atomic>
#include <chrono>
#include <string>

namespace buttond {

class fold_pace {
 public:
  /// The lease was just taken, and is renewed so often. All must outlive it.
  fold_pace(fold_document& document, const std::atomic<fold_turn>& turn,
            std::chrono::milliseconds renew_each = lease_time / 3) noexcept
      : document_(document), turn_(turn), renew_each_(renew_each) {}

  /// After a part that took so long. Says whether to go on: not where the caller stopped it, or where another
  /// folder has the lease now and goes on in its place.
  result<bool> between_parts(std::chrono::steady_clock::duration took, std::string& why);

 private:
  fold_document& document_;
  const std::atomic<fold_turn>& turn_;
  const std::chrono::milliseconds renew_each_;
  std::chrono::steady_clock::time_point leased_ = std::chrono::steady_clock::now();
};

}  // namespace buttond
