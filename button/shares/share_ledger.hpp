#pragma once
// The books of the shares that were to be counted: what came in, and what became of each. A share is one
// report of it, whatever number the report names. Owned by the share_recorder. Thread-safe.
//
//   reported = counted + repeated + failed + waiting, at every moment

#include <cstdint>
#include <mutex>

namespace buttond {

struct share_numbers {
  std::uint64_t reported = 0;   // by the application, by readers, and what was found on the disk
  std::uint64_t recovered = 0;  // of these, what was found on the disk: other processes took it before
  std::uint64_t counted = 0;
  std::uint64_t repeated = 0;  // were counted before, or wait already, or another process had them
  std::uint64_t failed = 0;    // the store did not acknowledge them, and nobody tries again
  std::uint64_t lost = 0;      // of these, those for which there was no room to wait
  std::uint64_t waiting = 0;   // under way to the store, or kept until it takes them
};

class share_ledger {
 public:
  /// Came in: they wait.
  void reported(std::uint64_t shares) {
    const std::lock_guard lock(mutex_);
    numbers_.reported += shares;
    numbers_.waiting += shares;
  }

  /// Was found on the disk: waits.
  void recovered() {
    const std::lock_guard lock(mutex_);
    ++numbers_.reported;
    ++numbers_.recovered;
    ++numbers_.waiting;
  }

  // What waited waits no longer.

  /// The store has it, and counted it now if it is `fresh`.
  void stored(bool fresh) { settle(1, fresh ? &share_numbers::counted : &share_numbers::repeated); }
  void repeated() { settle(1, &share_numbers::repeated); }
  void failed(std::uint64_t shares) { settle(shares, &share_numbers::failed); }
  void lost() {
    const std::lock_guard lock(mutex_);
    ++numbers_.lost;
    ++numbers_.failed;
    --numbers_.waiting;
  }

  share_numbers read() const {
    const std::lock_guard lock(mutex_);
    return numbers_;
  }

 private:
  using number = std::uint64_t share_numbers::*;

  void settle(std::uint64_t shares, number as) {
    const std::lock_guard lock(mutex_);
    numbers_.waiting -= shares;
    numbers_.*as += shares;
  }

  mutable std::mutex mutex_;
  share_numbers numbers_;
};

}  // namespace buttond
