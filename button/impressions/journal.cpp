#include "button/impressions/journal.hpp"

#include "button/impressions/epoch_rotation.hpp"
#include "button/impressions/journal_slots.hpp"
#include "common/background_thread.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace buttond {
namespace {

// A loop that does not answer for so long keeps its slab until the next epoch.
constexpr std::chrono::seconds loop_patience{5};

// A loop starts with one that it counts in and a spare; an epoch uses up one, seldom more.

}  // namespace

struct journal::impl {
  impl(const journal_options& options, const clock& time, loop_post post);
  ~impl();

  void run();
  void restock();
  void stop();
  void step();
  void end_epoch(bool periodic);
  slab_list on_each_loop(const std::function<void(impression_counter&, slab_list&, slab_list&)>& turn);
  void prepare_supply();
  void sync_slabs();
  void report_risk();
  void notify_flusher();
  void wake(bool& flag);
  std::chrono::nanoseconds until_due() const;
  event_totals at_risk_in_loops() const;
  event_totals at_risk() const;

  const journal_options options_;
  const clock& time_;
  const loop_post post_;
  journal_ledger ledger_;
  journal_slots slots_;
  std::vector<std::unique_ptr<impression_counter>> counters_;

  // The thread's own.
  std::vector<slab_list> supply_;             // a loop's, not yet given to it
  std::vector<std::weak_ptr<slab>> on_disk_;  // to be synced
  std::chrono::sys_days day_;
  monotonic_time next_epoch_;
  monotonic_time next_sync_;
  log_limiter risk_log_;
  bool risk_told_ = false;

  mutable std::mutex mutex_;
  std::condition_variable wake_up_;
  std::condition_variable closed_;
  bool stop_ = false;
  bool slab_full_ = false;
  std::uint64_t close_asked_ = 0;
  std::uint64_t close_done_ = 0;
  event_totals taken_from_memory_;  // closed memory slabs: from then on the slots account for them

  std::mutex listener_mutex_;
  std::function<void()> listener_;
  std::thread thread_;
};

journal::impl::impl(const journal_options& options, const clock& time, loop_post post)
    : options_(options),
      time_(time),
      post_(std::move(post)),
      ledger_(time),
      slots_(options.directory / "journal", time, ledger_),
      supply_(options.loops),
      day_(utc_day(time.wall())),
      next_epoch_(time.monotonic() + options.epoch),
      next_sync_(time.monotonic() + options.sync) {
  for (std::size_t loop = 0; loop < options.loops; ++loop)
    counters_.push_back(std::make_unique<impression_counter>(options.slab, [this] { wake(slab_full_); }));
  prepare_supply();
  slab_list nothing;
  for (std::size_t loop = 0; loop < options.loops; ++loop)
    counters_[loop]->rotate(day_, false, supply_[loop], nothing);
}

void journal::impl::stop() {
  wake(stop_);
  if (thread_.joinable()) thread_.join();
}

journal::impl::~impl() {
  stop();
  // Slabs that nothing was counted in need not be read back.
  for (auto& counter : counters_) counter->discard_unused();
  for (auto& supply : supply_)
    for (auto& each : supply) remove_file(each->file());
}

void journal::impl::wake(bool& flag) {
  {
    const std::lock_guard lock(mutex_);
    flag = true;
  }
  wake_up_.notify_all();
}

void journal::impl::run() {
  restock();
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    step();
    lock.lock();
    wake_up_.wait_for(lock, until_due(),
                      [this] { return stop_ || slab_full_ || close_asked_ != close_done_; });
  }
}

/// Not a part of the start, which would wait for these slabs' syncs.
void journal::impl::restock() {
  prepare_supply();
  on_each_loop([](impression_counter& counter, slab_list& supply, slab_list&) { counter.restock(supply); });
}

std::chrono::nanoseconds journal::impl::until_due() const {
  const auto now = time_.monotonic();
  const auto midnight = std::chrono::ceil<std::chrono::days>(time_.wall()) - time_.wall();
  const auto due = std::min<std::chrono::nanoseconds>(std::min(next_epoch_, next_sync_) - now, midnight);
  return std::max<std::chrono::nanoseconds>(due, std::chrono::milliseconds(1));
}

void journal::impl::step() {
  std::uint64_t asked = 0;
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    full = std::exchange(slab_full_, false);
    asked = close_asked_;
  }
  const auto now = time_.monotonic();
  const bool must = full || asked != close_done_ || utc_day(time_.wall()) != day_;
  if (must || now >= next_epoch_) {
    end_epoch(!must);
    next_epoch_ = time_.monotonic() + options_.epoch;
  }
  if (now >= next_sync_) {
    sync_slabs();
    next_sync_ = time_.monotonic() + options_.sync;
  }
  if (asked == close_done_) return;
  const std::lock_guard lock(mutex_);
  close_done_ = asked;
  closed_.notify_all();
}

void journal::impl::end_epoch(bool periodic) {
  slots_.look_around();
  prepare_supply();
  day_ = utc_day(time_.wall());
  // With a full disk, counts that the disk has stay there while the store does not take any.
  const bool may_wait = periodic && slots_.numbers().batches > 0;
  slab_list closed = on_each_loop(
      [may_wait, day = day_](impression_counter& counter, slab_list& supply, slab_list& of_loop) {
        counter.rotate(day, may_wait, supply, of_loop);
      });
  {
    const std::lock_guard lock(mutex_);
    for (const auto& each : closed)
      if (!each->on_disk()) taken_from_memory_ += each->totals();
  }
  slots_.close(std::move(closed));
  report_risk();
  notify_flusher();
}

/// Lets each loop take its turn with its supply, and waits for all; returns the slabs that they closed.
slab_list journal::impl::on_each_loop(
    const std::function<void(impression_counter&, slab_list&, slab_list&)>& turn) {
  std::vector<epoch_rotation> rotations;
  for (std::size_t loop = 0; loop < options_.loops; ++loop) {
    rotations.emplace_back([&counter = *counters_[loop], turn](
                               slab_list& supply, slab_list& closed) { turn(counter, supply, closed); },
                           std::move(supply_[loop]));
    post_(loop, rotations.back().task());
  }
  slab_list closed;
  const auto deadline = std::chrono::steady_clock::now() + loop_patience;
  for (std::size_t loop = 0; loop < options_.loops; ++loop)
    rotations[loop].wait(deadline, supply_[loop], closed);
  return closed;
}

/// Sees to it that there is a slab for each loop.
void journal::impl::prepare_supply() {
  for (auto& supply : supply_) {
    if (!supply.empty()) continue;
    auto made = slots_.new_slab(options_.slab);
    if (made == nullptr) return;
    on_disk_.push_back(made);
    supply.push_back(std::move(made));
  }
}

void journal::impl::sync_slabs() {
  std::erase_if(on_disk_, [](const auto& each) { return each.expired(); });
  for (const auto& each : on_disk_) {
    const auto slab = each.lock();
    if (slab == nullptr) continue;
    if (auto synced = slab->sync(); !synced) ledger_.fail("sync", slab->file(), synced.error());
  }
}

event_totals journal::impl::at_risk_in_loops() const {
  event_totals sum;
  for (const auto& counter : counters_) sum += counter->counted_in_memory();
  const std::lock_guard lock(mutex_);
  sum.impressions -= std::min(sum.impressions, taken_from_memory_.impressions);
  sum.clicks -= std::min(sum.clicks, taken_from_memory_.clicks);
  return sum;
}

event_totals journal::impl::at_risk() const {
  auto sum = slots_.numbers().at_risk;
  sum += at_risk_in_loops();
  return sum;
}

void journal::impl::report_risk() {
  const auto risk = at_risk();
  if (risk == event_totals{}) {
    if (std::exchange(risk_told_, false)) spdlog::info("journal: nothing is at risk any more");
    risk_log_.reset();
    return;
  }
  risk_told_ = true;
  if (risk_log_.due(time_.monotonic()))
    spdlog::error(
        "journal: {} impressions and {} clicks are in memory only, and lost if this process dies before the "
        "store has them: see that there is room on the disk of {} and that buttond may write there",
        risk.impressions, risk.clicks, options_.directory.string());
}

void journal::impl::notify_flusher() {
  const std::lock_guard lock(listener_mutex_);
  if (listener_) listener_();
}

journal::journal(const journal_options& options, const clock& time, loop_post post)
    : impl_(std::make_unique<impl>(options, time, std::move(post))) {}

journal::~journal() = default;

impression_counter& journal::counter(std::size_t loop) noexcept {
  return *impl_->counters_[loop];
}

void journal::start() {
  impl_->thread_ = background_thread("journal", standing::behind_loops, [this] {
    impl_->slots_.look_around();
    impl_->slots_.close({});
    impl_->notify_flusher();
    impl_->run();
  });
}

void journal::restock() {
  impl_->restock();
}

void journal::close_epoch() {
  std::unique_lock lock(impl_->mutex_);
  const auto mine = ++impl_->close_asked_;
  if (!impl_->thread_.joinable()) {
    lock.unlock();
    impl_->step();
    return;
  }
  impl_->wake_up_.notify_all();
  impl_->closed_.wait(lock, [&] { return impl_->close_done_ >= mine; });
}

void journal::stop() {
  impl_->stop();
}

void journal::step() {
  impl_->step();
}

journal_numbers journal::numbers() const {
  const auto slots = impl_->slots_.numbers();
  const auto books = impl_->ledger_.read();
  journal_numbers all;
  all.batches = slots.batches;
  all.bytes = slots.bytes;
  if (slots.oldest) {
    const std::chrono::duration<double> age = impl_->time_.wall() - *slots.oldest;
    all.oldest_seconds = std::max(0.0, age.count());
  }
  all.errors = books.errors;
  all.at_risk = impl_->at_risk();
  all.opened = books.opened;
  all.stored = books.stored;
  all.lost = books.lost;
  for (const auto& counter : impl_->counters_) all.lost += counter->lost();
  all.pending = slots.pending;
  return all;
}

std::optional<journal::claim> journal::take() {
  auto taken = impl_->slots_.take();
  if (!taken) return std::nullopt;
  return claim(std::move(taken->first), taken->second.first, std::move(taken->second.second));
}

void journal::on_batch(std::function<void()> notify) {
  const std::lock_guard lock(impl_->listener_mutex_);
  impl_->listener_ = std::move(notify);
}

journal::claim::claim(std::shared_ptr<journal_slot> slot, std::int64_t number,
                      std::unique_ptr<loaded_batch> content)
    : slot_(std::move(slot)), content_(std::move(content)) {
  batch_ = slot_->describe(number, *content_);
}

journal::claim::~claim() {
  if (slot_ != nullptr) slot_->give_back(batch_.number);
}

void journal::claim::acknowledge() {
  slot_->acknowledge(batch_.number);
  slot_ = nullptr;
}

}  // namespace buttond
