#pragma once
// When which of the kept shares are sent to the store: the oldest first, as soon as it takes shares again,
// and with growing pauses while it does not. A share that the store refuses by itself lets the others go
// first. Owned by the share_recorder, on its thread.

#include "button/shares/kept_shares.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/error.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace buttond {

class kept_sender {
 public:
  static constexpr std::size_t most_in_call = 1'000;

  using record_function = std::function<result<shares_recorded>(std::span<const share_report>)>;

  /// All but `record` must outlive this.
  kept_sender(kept_shares& kept, record_function record, const clock& time);

  /// Sends a portion of what waits, or looks for what other processes left, where it is time to.
  void step();

  /// When step() has something to do.
  monotonic_time next() const;

  /// How the store answered somebody else's shares.
  void heard(const error_code& answer);

 private:
  void send();
  void sent(const std::vector<kept_share>& shares, const std::vector<bool>& fresh);
  void refused(const std::vector<kept_share>& shares);
  void pause();

  kept_shares& kept_;
  record_function record_;
  const clock& time_;
  monotonic_time next_look_{};  // at once
  monotonic_time next_try_{};
  std::chrono::milliseconds wait_;
  bool away_ = false;  // the store did not answer
  std::size_t most_ = most_in_call;
  std::size_t went_ = 0;  // since something waited
};

}  // namespace buttond
