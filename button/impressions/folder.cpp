#include "button/impressions/folder.hpp"

#include "common/background_thread.hpp"

#include <sodium.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace buttond {
namespace {

using std::chrono::milliseconds;

/// What waits from before need not compete with the start.
constexpr milliseconds after_start{500};
constexpr milliseconds first_wait{100};
constexpr milliseconds longest_wait{5000};
constexpr milliseconds longest_wait_finishing{100};

/// A call at once that folds nothing though batches wait has lost a race, or they wait for one that is not
/// there: after so many in a row it is the latter.
constexpr int vain_calls = 3;

/// Between `of` and a tenth less, so that nodes which started together do not come to the store together.
milliseconds with_jitter(milliseconds of) {
  return of - milliseconds(randombytes_uniform(static_cast<std::uint32_t>(of.count() / 10 + 1)));
}

}  // namespace

struct folder::impl {
  impl(store& of, milliseconds every, const clock& time) : store_(of), every_(every), time_(time) {}

  void run();
  milliseconds fold_once();
  void add(const fold_report& report);
  void sleep(milliseconds wait, int asked);

  store& store_;
  const milliseconds every_;
  const clock& time_;

  // The thread's own.
  milliseconds failure_wait_ = first_wait;
  int vain_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable wake_up_;
  std::condition_variable finished_;
  std::atomic<fold_turn> turn_{fold_turn::in_turn};  // changed under mutex_; at_once: somebody finishes
  int asked_ = 0;                                    // how often finish() was called
  bool done_ = false;                                // nothing is left that a call at once could fold
  folder_numbers numbers_;
  std::optional<monotonic_time> oldest_;
  std::thread thread_;
};

void folder::impl::run() {
  sleep(std::min(after_start, every_), 0);
  while (true) {
    int asked = 0;
    {
      const std::lock_guard lock(mutex_);
      if (turn_ == fold_turn::stopped) return;
      asked = asked_;
    }
    sleep(fold_once(), asked);
  }
}

/// Returns how long to wait for the next call.
milliseconds folder::impl::fold_once() {
  const auto began_in = turn_.load();
  const auto report = store_.fold(turn_);
  if (!report) {
    const auto wait = with_jitter(failure_wait_);
    failure_wait_ = std::min(failure_wait_ * 2, longest_wait);
    return wait;
  }
  failure_wait_ = first_wait;
  add(*report);
  const bool goes_on = began_in == fold_turn::at_once ? report->waiting > 0 : report->more;
  if (report->batches > 0 && goes_on) {
    vain_ = 0;
    return milliseconds::zero();
  }
  // Whoever finishes waits for a call that began after it asked.
  if (began_in == fold_turn::at_once && (report->waiting == 0 || ++vain_ == vain_calls)) {
    vain_ = 0;
    const std::lock_guard lock(mutex_);
    done_ = true;
    finished_.notify_all();
  }
  return with_jitter(every_);
}

void folder::impl::add(const fold_report& report) {
  const std::lock_guard lock(mutex_);
  if (report.batches > 0) ++numbers_.folds;
  numbers_.links += static_cast<std::uint64_t>(report.links);
  numbers_.refused += static_cast<std::uint64_t>(report.refused);
  numbers_.repaired += static_cast<std::uint64_t>(report.repaired);
  numbers_.waiting = report.waiting;
  numbers_.gaps = report.gaps;
  numbers_.set_aside = report.set_aside;
  oldest_.reset();
  if (report.oldest) oldest_ = time_.monotonic() - *report.oldest;
}

void folder::impl::sleep(milliseconds wait, int asked) {
  std::unique_lock lock(mutex_);
  if (turn_ == fold_turn::at_once && !done_) wait = std::min(wait, longest_wait_finishing);
  wake_up_.wait_for(lock, wait, [this, asked] { return turn_ == fold_turn::stopped || asked_ != asked; });
}

folder::folder(store& of, milliseconds every, const clock& time)
    : impl_(std::make_unique<impl>(of, every, time)) {}

folder::~folder() {
  {
    const std::lock_guard lock(impl_->mutex_);
    impl_->turn_ = fold_turn::stopped;
  }
  impl_->wake_up_.notify_all();
  if (impl_->thread_.joinable()) impl_->thread_.join();
}

void folder::start() {
  impl_->thread_ =
      background_thread("folder", thread_priority::far_behind_loops, [me = impl_.get()] { me->run(); });
}

folder_numbers folder::numbers() const {
  const std::lock_guard lock(impl_->mutex_);
  auto numbers = impl_->numbers_;
  if (impl_->oldest_)
    numbers.oldest_seconds =
        std::chrono::duration<double>(impl_->time_.monotonic() - *impl_->oldest_).count();
  return numbers;
}

bool folder::finish(milliseconds deadline) {
  std::unique_lock lock(impl_->mutex_);
  impl_->turn_ = fold_turn::at_once;
  impl_->done_ = false;
  ++impl_->asked_;
  impl_->wake_up_.notify_all();
  impl_->finished_.wait_for(lock, deadline, [this] { return impl_->done_; });
  impl_->turn_ = fold_turn::in_turn;
  return impl_->done_ && impl_->numbers_.waiting == 0;
}

}  // namespace buttond
