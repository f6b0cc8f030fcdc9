#include "button/handlers/share_recorder.hpp"

#include "common/background_thread.hpp"

#include <utility>

namespace buttond {
namespace {

constexpr std::size_t max_waiting = 1'024;

}  // namespace

share_recorder::share_recorder(store& into, count_cache& cache, const fingerprinter& print)
    : store_(into),
      cache_(cache),
      print_(print),
      thread_(background_thread("shares", thread_priority::beside_loops, [this] { run(); })) {}

share_recorder::~share_recorder() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
  for (job& left : jobs_) left.done(errc::store_unavailable);
}

void share_recorder::record(std::vector<share_report> reports, done_function done) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() < max_waiting && !stopping_) {
      jobs_.push_back({std::move(reports), std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  done(errc::store_unavailable);
}

void share_recorder::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    job next = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    finish(next);
    lock.lock();
  }
}

void share_recorder::finish(job& next) {
  const auto recorded = store_.record_shares(next.reports);
  // Also after a failure: some of the reports may have been counted.
  for (const share_report& report : next.reports) cache_.erase(print_(report.key));
  next.done(recorded);
}

}  // namespace buttond
