#pragma once
// Where the key of the share page's ids comes from: the nodes of one store have one key, which the first of
// them puts there, and each keeps a copy in its data directory, so that it knows the key while the store is
// away. Owned by the share_recorder, on its thread, but for the constructor.

#include "button/shares/share_ids.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/log_limit.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace buttond {

class share_key_keeper {
 public:
  /// Has `ids` sign with the key in `file`, where there is one. All must outlive this.
  share_key_keeper(store& shared, share_ids& ids, std::filesystem::path file, const clock& time);

  /// Asks the store for the key, where it is time to: soon again while it does not answer, and now and then
  /// afterwards, since an operator may have changed the key, or put the store back.
  void step();

  /// When step() has something to do.
  monotonic_time next() const noexcept { return next_; }

 private:
  void write();
  void failed();

  store& shared_;
  share_ids& ids_;
  const std::filesystem::path file_;
  const clock& time_;
  monotonic_time next_{};  // at once
  std::chrono::milliseconds wait_;
  std::string written_;  // what the file holds
  log_limiter disk_failures_;
  log_limiter bad_keys_;
};

}  // namespace buttond
