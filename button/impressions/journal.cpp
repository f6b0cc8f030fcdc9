#include "button/impressions/journal.hpp"

#include "button/impressions/epoch_rotation.hpp"
#include "button/impressions/journal_nodes.hpp"
#include "button/impressions/sheet_sync.hpp"
#include "common/background_thread.hpp"
#include "common/clock_watch.hpp"
#include "common/file.hpp"

#include <fmt/chrono.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace buttond {
namespace {

// A loop that does not answer for so long keeps its sheet until the next epoch.
constexpr std::chrono::seconds loop_patience{5};

// A counter's sheets that nothing was counted in: one to count into, and one to spare.
constexpr std::size_t sheets_in_hand = 2;

// So often the thread looks at the clock and at the disk.
constexpr std::chrono::seconds between_looks{1};

// Of its time, to ask for each file: where there are many, it looks less often.
constexpr int measuring_share = 100;

bool is_unused(const std::weak_ptr<tally_sheet>& known) {
  const auto sheet = known.lock();
  return sheet != nullptr && sheet->totals() == event_totals{};
}

}  // namespace

struct journal::impl {
  impl(const journal_options& options, const clock& time, loop_post post);
  ~impl();

  void run();
  void restock();
  void stop();
  void step();
  void end_epoch(bool periodic);
  using turn = std::function<void(impression_counter&, sheet_list& supply, sheet_list& closed)>;
  sheet_list on_each_counter(const turn& take_turn);
  sheet_size size_of(std::size_t counter) const noexcept;
  bool prepare_supply(std::size_t in_hand);
  void discard_supply();
  void report_risk(bool supplied);
  void report(const clock_jump& jump);
  void measure();
  void notify_flusher();
  void wake(bool& flag);
  std::chrono::nanoseconds until_due() const;
  event_totals at_risk(const journal_ledger::books& books) const;

  const journal_options options_;
  const clock& time_;
  const loop_post post_;
  journal_ledger ledger_;
  journal_nodes nodes_;
  sheet_sync syncs_;
  std::vector<std::unique_ptr<impression_counter>> counters_;  // the loops', then that of shares
  std::mutex shares_mutex_;                                    // of the last counter

  // The thread's own.
  using known_sheets = std::vector<std::weak_ptr<tally_sheet>>;
  std::vector<sheet_list> supply_;     // a counter's, not yet given to it
  std::vector<known_sheets> on_disk_;  // a counter's
  std::chrono::sys_days day_;
  monotonic_time next_epoch_;
  monotonic_time next_look_;
  monotonic_time next_measure_;
  clock_watch watch_;
  log_limiter risk_log_;
  bool risk_told_ = false;

  // Written by the thread.
  std::atomic<std::uint64_t> bytes_on_disk_ = 0;
  std::atomic<std::uint64_t> free_bytes_ = 0;
  std::atomic<std::uint64_t> clock_jumps_ = 0;
  std::atomic<monotonic_time> last_clock_jump_{};  // good where there was one

  mutable std::mutex mutex_;
  std::condition_variable wake_up_;
  std::condition_variable closed_;
  bool stop_ = false;
  bool sheet_full_ = false;
  std::uint64_t close_asked_ = 0;
  std::uint64_t close_done_ = 0;

  std::mutex listener_mutex_;
  std::function<void()> listener_;
  std::thread thread_;
};

journal::impl::impl(const journal_options& options, const clock& time, loop_post post)
    : options_(options),
      time_(time),
      post_(std::move(post)),
      ledger_(time, options.counted),
      nodes_(options.directory / "journal", time, ledger_),
      syncs_(options.sync, ledger_),
      supply_(options.loops + 1),
      on_disk_(options.loops + 1),
      day_(utc_day(time.wall())),
      next_epoch_(time.monotonic() + options.epoch),
      next_look_(time.monotonic() + between_looks),
      watch_(time) {
  for (std::size_t each = 0; each < supply_.size(); ++each)
    counters_.push_back(std::make_unique<impression_counter>(size_of(each), [this] { wake(sheet_full_); }));
  prepare_supply(1);
  sheet_list nothing;
  for (std::size_t each = 0; each < supply_.size(); ++each)
    counters_[each]->rotate(day_, false, supply_[each], nothing);
  measure();
}

sheet_size journal::impl::size_of(std::size_t counter) const noexcept {
  return counter < options_.loops ? options_.sheet : sheet_of_shares;
}

void journal::impl::stop() {
  wake(stop_);
  if (thread_.joinable()) thread_.join();
  syncs_.stop();
}

journal::impl::~impl() {
  stop();
  // Sheets that nothing was counted in need not be read back.
  for (auto& counter : counters_) counter->discard_unused();
  discard_supply();
}

/// When the node has another name, or ends: then unused sheets that counters have in hand are no use either.
void journal::impl::discard_supply() {
  for (auto& supply : supply_) {
    for (auto& each : supply) remove_file(each->file());
    supply.clear();
  }
  for (auto& known : on_disk_) std::erase_if(known, is_unused);
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
  measure();
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    step();
    lock.lock();
    wake_up_.wait_for(lock, until_due(),
                      [this] { return stop_ || sheet_full_ || close_asked_ != close_done_; });
  }
}

/// Not a part of the start, which would wait for these sheets' syncs.
void journal::impl::restock() {
  prepare_supply(sheets_in_hand);
  on_each_counter(
      [](impression_counter& counter, sheet_list& supply, sheet_list&) { counter.restock(supply); });
}

std::chrono::nanoseconds journal::impl::until_due() const {
  const auto now = time_.monotonic();
  const auto midnight = std::chrono::ceil<std::chrono::days>(time_.wall()) - time_.wall();
  const auto due = std::min<std::chrono::nanoseconds>(std::min(next_epoch_, next_look_) - now, midnight);
  return std::max<std::chrono::nanoseconds>(due, std::chrono::milliseconds(1));
}

void journal::impl::step() {
  std::uint64_t asked = 0;
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    full = std::exchange(sheet_full_, false);
    asked = close_asked_;
  }
  const auto now = time_.monotonic();
  const auto jump = watch_.look();
  const bool looks = now >= next_look_;
  const bool must =
      full || asked != close_done_ || utc_day(time_.wall()) != day_ || (looks && nodes_.own_removed());
  if (must || now >= next_epoch_) {
    end_epoch(!must);
    next_epoch_ = time_.monotonic() + options_.epoch;
  }
  if (jump) report(*jump);
  if (looks) {
    next_look_ = now + between_looks;
    if (now >= next_measure_) measure();
  }
  if (asked == close_done_) return;
  const std::lock_guard lock(mutex_);
  close_done_ = asked;
  closed_.notify_all();
}

void journal::impl::end_epoch(bool periodic) {
  const bool renamed = nodes_.look_around();
  // Sheets of a disk that does not take them are no better than memory, from which the store can have them.
  const bool refused = syncs_.refused() != event_totals{};
  const bool starts_anew = renamed || refused;
  if (starts_anew) discard_supply();
  const bool supplied = prepare_supply(sheets_in_hand);
  day_ = utc_day(time_.wall());
  // With a full disk, counts that the disk has stay there while the store does not take any.
  const bool may_wait = periodic && !refused && nodes_.numbers().batches > 0;
  const auto without_spare = std::make_shared<std::atomic<bool>>(false);  // a turn may come late
  sheet_list closed =
      on_each_counter([may_wait, starts_anew, without_spare, day = day_](
                          impression_counter& counter, sheet_list& supply, sheet_list& of_counter) {
        if (starts_anew) counter.discard_unused();
        counter.rotate(day, may_wait, supply, of_counter);
        if (!counter.has_spare()) *without_spare = true;
      });
  // One that counted its first since its supply was prepared.
  if (supplied && *without_spare) restock();
  for (const auto& each : closed) ledger_.entered(each->totals());
  nodes_.close(std::move(closed));
  report_risk(supplied);
  notify_flusher();
}

/// Lets each counter take its turn with its supply, on its loop, and waits for all; returns the sheets that
/// they closed.
sheet_list journal::impl::on_each_counter(const turn& take_turn) {
  std::vector<epoch_rotation> rotations;
  for (std::size_t loop = 0; loop < options_.loops; ++loop) {
    rotations.emplace_back(
        [&counter = *counters_[loop], take_turn](sheet_list& supply, sheet_list& closed) {
          take_turn(counter, supply, closed);
        },
        std::move(supply_[loop]));
    post_(loop, rotations.back().task());
  }
  sheet_list closed;
  {
    const std::lock_guard lock(shares_mutex_);
    take_turn(*counters_.back(), supply_.back(), closed);
  }
  const auto deadline = std::chrono::steady_clock::now() + loop_patience;
  for (std::size_t loop = 0; loop < options_.loops; ++loop)
    rotations[loop].wait(deadline, supply_[loop], closed);
  return closed;
}

/// Sees to it that each counter has so many sheets that nothing was counted in: no more, for they take room
/// on the disk as full ones do. False where one cannot be made.
bool journal::impl::prepare_supply(std::size_t in_hand) {
  for (std::size_t each = 0; each < supply_.size(); ++each) {
    auto& known = on_disk_[each];
    std::erase_if(known, [](const auto& sheet) { return sheet.expired(); });
    auto unused = static_cast<std::size_t>(std::count_if(known.begin(), known.end(), is_unused));
    for (; unused < in_hand; ++unused) {
      auto made = nodes_.new_sheet(size_of(each));
      if (made == nullptr) return false;
      known.push_back(made);
      syncs_.add(made);
      supply_[each].push_back(std::move(made));
    }
  }
  return true;
}

/// `books` were read before: what is secured was counted earlier.
event_totals journal::impl::at_risk(const journal_ledger::books& books) const {
  event_totals sum = books.exposed;
  for (const auto& counter : counters_) sum += counter->counted_in_memory();
  sum -= books.secured;
  sum += syncs_.refused();
  return sum;
}

/// `supplied`: what is counted next is on the disk.
void journal::impl::report_risk(bool supplied) {
  const auto risk = at_risk(ledger_.read());
  if (risk == event_totals{}) {
    if (supplied && std::exchange(risk_told_, false)) spdlog::info("journal: nothing is at risk any more");
    return;
  }
  if (!risk_log_.due(time_.monotonic())) return;
  risk_told_ = true;
  spdlog::error(
      "journal: {} impressions and {} clicks are not on the disk, and lost by a crash before the store has "
      "them: see that {} is there, has room, can be written by buttond, and has a disk without faults",
      risk.impressions, risk.clicks, options_.directory.string());
}

void journal::impl::report(const clock_jump& jump) {
  last_clock_jump_.store(time_.monotonic(), std::memory_order_relaxed);
  clock_jumps_.fetch_add(1, std::memory_order_release);
  spdlog::warn(
      "clock: it went {} by {:.1f} s at once, from {:%F %T} to {:%F %T} UTC: it was set, or this machine "
      "stood "
      "still. What is counted from now on is of {:%F}: see that the time is right, and kept so by NTP",
      jump.by() < jump.by().zero() ? "back" : "forward",
      std::chrono::abs(std::chrono::duration<double>(jump.by())).count(), fmt::gmtime(jump.from),
      fmt::gmtime(jump.to), fmt::gmtime(jump.to));
}

void journal::impl::measure() {
  const auto begun = time_.monotonic();
  bytes_on_disk_.store(nodes_.bytes_on_disk(), std::memory_order_relaxed);
  const auto free = buttond::free_bytes(options_.directory);
  free_bytes_.store(free ? *free : 0, std::memory_order_relaxed);
  next_measure_ = begun + measuring_share * (time_.monotonic() - begun);
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

void journal::count_share(const fingerprint& link, std::string_view key, std::uint64_t shares) {
  const std::lock_guard lock(impl_->shares_mutex_);
  impl_->counters_.back()->add(event_kind::share, link, key, shares);
}

void journal::start() {
  impl_->syncs_.start();
  impl_->thread_ = background_thread("journal", thread_priority::behind_loops, [this] {
    impl_->nodes_.look_around();
    impl_->nodes_.close({});
    impl_->notify_flusher();
    impl_->run();
  });
}

void journal::restock() {
  impl_->restock();
  impl_->measure();
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
  const auto queues = impl_->nodes_.numbers();
  const auto books = impl_->ledger_.read();
  journal_numbers all;
  all.node = impl_->nodes_.own_name();
  all.batches = queues.batches;
  all.bytes = impl_->bytes_on_disk_.load(std::memory_order_relaxed);
  all.free_bytes = impl_->free_bytes_.load(std::memory_order_relaxed);
  if (queues.oldest)
    all.oldest_seconds = std::chrono::duration<double>(impl_->time_.monotonic() - *queues.oldest).count();
  all.last_flush = books.last_flush;
  all.clock_jumps = impl_->clock_jumps_.load(std::memory_order_acquire);
  if (all.clock_jumps > 0)
    all.since_clock_jump = impl_->time_.monotonic() - impl_->last_clock_jump_.load(std::memory_order_relaxed);
  all.errors = books.errors;
  all.at_risk = impl_->at_risk(books);
  all.opened = books.opened;
  all.stored = books.stored;
  all.lost = books.lost;
  for (const auto& counter : impl_->counters_) all.lost += counter->lost();
  all.pending = books.pending;
  return all;
}

std::optional<batch_claim> journal::take() {
  return impl_->nodes_.take();
}

void journal::on_batch(std::function<void()> notify) {
  const std::lock_guard lock(impl_->listener_mutex_);
  impl_->listener_ = std::move(notify);
}

}  // namespace buttond
