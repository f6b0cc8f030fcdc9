#include "button/impressions/flusher.hpp"

#include "common/background_thread.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace buttond {
namespace {

using std::chrono::milliseconds;

// So many at once keep a database busy, and are far from the largest message that MongoDB takes.
constexpr std::size_t batches_a_call = 32;
constexpr milliseconds first_wait{100};
constexpr milliseconds longest_wait{5000};
constexpr milliseconds longest_wait_draining{250};
constexpr milliseconds longest_idle{5000};
constexpr milliseconds between_probes{10'000};

// Between half of `wait` and all of it, so that nodes do not come back to a store all at once.
milliseconds with_jitter(milliseconds wait) {
  const auto half = static_cast<std::uint32_t>(wait.count() / 2);
  return milliseconds(half + randombytes_uniform(half + 1));
}

}  // namespace

struct flusher::impl {
  impl(journal& from, store& to, const clock& time) : journal_(from), store_(to), time_(time) {}

  enum class outcome : std::uint8_t { brought, failed, nothing };

  void run();
  outcome flush_one();
  void probe();
  std::string what_waits() const;
  void back_off(milliseconds wait);
  void wait_for_batch();
  void set(bool& flag);
  bool stops();

  journal& journal_;
  store& store_;
  const clock& time_;

  // The thread's own.
  monotonic_time next_probe_{};  // at once

  std::mutex mutex_;
  std::condition_variable wake_up_;
  std::condition_variable settled_;  // the outcome of a try is known
  bool stop_ = false;
  bool batch_ready_ = false;
  bool draining_ = false;
  std::thread thread_;
};

void flusher::impl::run() {
  auto wait = first_wait;
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (stop_) return;
      batch_ready_ = false;
    }
    switch (flush_one()) {
      case outcome::brought:
        wait = first_wait;
        continue;
      case outcome::failed:
        back_off(with_jitter(wait));
        wait = std::min(wait * 2, longest_wait);
        continue;
      case outcome::nothing:
        wait = first_wait;
        probe();
        wait_for_batch();
    }
  }
}

flusher::impl::outcome flusher::impl::flush_one() {
  auto claimed = journal_.take();
  if (!claimed) return outcome::nothing;
  for (auto rest = claimed->batches(); !rest.empty(); rest = claimed->batches()) {
    const auto some = rest.first(std::min(rest.size(), batches_a_call));
    const auto answer = store_.bring(some, rest.subspan(some.size()));
    if (!answer) {
      next_probe_ = {};
      return outcome::failed;
    }
    if (answer->name_taken) claimed->name_is_taken();
    claimed->acknowledge(some.size());
    if (stops()) return outcome::brought;
  }
  return outcome::brought;
}

/// Where nothing is brought it is not known whether it could be, nor whether what others write succeeds
/// again.
void flusher::impl::probe() {
  {
    const std::lock_guard lock(mutex_);
    if (draining_ || stop_) return;
  }
  if (time_.monotonic() < next_probe_) return;
  std::string why;
  static_cast<void>(store_.can_write(why));
  next_probe_ = time_.monotonic() + between_probes;
}

std::string flusher::impl::what_waits() const {
  const auto held = journal_.numbers().pending;
  return fmt::format("counting goes on, and {} impressions and {} clicks wait in the journal",
                     held.impressions, held.clicks);
}

void flusher::impl::back_off(milliseconds wait) {
  std::unique_lock lock(mutex_);
  settled_.notify_all();
  if (draining_) wait = std::min(wait, longest_wait_draining);
  // Not for a new batch: it comes after the one that failed.
  wake_up_.wait_for(lock, wait, [this, before = draining_] { return stop_ || draining_ != before; });
}

void flusher::impl::wait_for_batch() {
  std::unique_lock lock(mutex_);
  settled_.notify_all();
  const auto wait = draining_ ? longest_wait_draining : longest_idle;
  wake_up_.wait_for(lock, wait,
                    [this, before = draining_] { return stop_ || batch_ready_ || draining_ != before; });
}

bool flusher::impl::stops() {
  const std::lock_guard lock(mutex_);
  return stop_;
}

void flusher::impl::set(bool& flag) {
  {
    const std::lock_guard lock(mutex_);
    flag = true;
  }
  wake_up_.notify_all();
}

flusher::flusher(journal& from, store& to, const clock& time)
    : impl_(std::make_unique<impl>(from, to, time)) {
  from.on_batch([me = impl_.get()] { me->set(me->batch_ready_); });
  to.while_failing([me = impl_.get()] { return me->what_waits(); });
}

flusher::~flusher() {
  impl_->journal_.on_batch({});
  impl_->store_.while_failing({});
  impl_->set(impl_->stop_);
  if (impl_->thread_.joinable()) impl_->thread_.join();
}

void flusher::start() {
  impl_->thread_ =
      background_thread("flusher", thread_priority::far_behind_loops, [me = impl_.get()] { me->run(); });
}

event_totals flusher::drain(milliseconds deadline) {
  impl_->set(impl_->draining_);
  {
    std::unique_lock lock(impl_->mutex_);
    impl_->settled_.wait_for(lock, deadline,
                             [this] { return impl_->journal_.numbers().pending == event_totals{}; });
    impl_->draining_ = false;
  }
  return impl_->journal_.numbers().pending;
}

}  // namespace buttond
