#include "button/shares/kept_sender.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace buttond {
namespace {

constexpr std::chrono::milliseconds first_wait{1'000};
constexpr std::chrono::milliseconds longest_wait{30'000};
constexpr std::chrono::seconds between_looks{30};

}  // namespace

kept_sender::kept_sender(kept_shares& kept, record_function record, const clock& time)
    : kept_(kept), record_(std::move(record)), time_(time), wait_(first_wait) {}

monotonic_time kept_sender::next() const {
  return kept_.numbers().waiting == 0 ? next_look_ : std::min(next_look_, next_try_);
}

void kept_sender::step() {
  if (time_.monotonic() >= next_look_) {
    kept_.look_again();
    next_look_ = time_.monotonic() + between_looks;
  }
  if (time_.monotonic() >= next_try_ && kept_.numbers().waiting > 0) send();
}

void kept_sender::send() {
  const auto shares = kept_.oldest(most_);
  if (shares.empty()) return;
  std::vector<share_report> reports;
  reports.reserve(shares.size());
  for (const auto& share : shares) reports.push_back(share.report);
  const auto recorded = record_(reports);
  if (recorded) {
    sent(shares, recorded->fresh);
  } else if (recorded.error() == errc::store_refused) {
    refused(shares);
  } else {
    away_ = true;
    pause();
  }
}

void kept_sender::sent(const std::vector<kept_share>& shares, const std::vector<bool>& fresh) {
  for (std::size_t i = 0; i < shares.size(); ++i) kept_.forget(shares[i].name, fresh[i]);
  away_ = false;
  wait_ = first_wait;
  most_ = most_in_call;
  went_ += shares.size();
  if (kept_.numbers().waiting > 0) return;
  spdlog::info("shares: {} that waited went to the store", std::exchange(went_, 0));
}

/// The half of them next time: what the store does not take is found without naming it.
void kept_sender::refused(const std::vector<kept_share>& shares) {
  if (shares.size() > 1) {
    most_ = shares.size() / 2;
    return;
  }
  kept_.postpone(shares.front().name);
  most_ = most_in_call;
  pause();
}

void kept_sender::pause() {
  next_try_ = time_.monotonic() + wait_;
  wait_ = std::min(wait_ * 2, longest_wait);
}

void kept_sender::heard(const error_code& answer) {
  if (!answer) {
    if (!std::exchange(away_, false)) return;
    wait_ = first_wait;
    next_try_ = time_.monotonic();
  } else if (answer != errc::store_refused) {
    away_ = true;
    next_try_ = std::max(next_try_, time_.monotonic() + wait_);
  }
}

}  // namespace buttond
