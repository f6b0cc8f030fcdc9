#include "button/shares/share_recorder.hpp"

#include "common/background_thread.hpp"

#include <utility>

namespace buttond {
namespace {

constexpr std::size_t max_waiting = 1'024;

}  // namespace

share_recorder::share_recorder(store& into, count_cache& cache, const fingerprinter& fingerprint_of,
                               const clock& time, std::filesystem::path directory, count_function count)
    : store_(into),
      cache_(cache),
      fingerprint_of_(fingerprint_of),
      count_(std::move(count)),
      kept_(std::move(directory), time),
      sender_(
          kept_, [this](std::span<const share_report> reports) { return record_now(reports); }, time),
      thread_(background_thread("shares", thread_priority::beside_loops, [this] { run(); })) {}

share_recorder::~share_recorder() {
  stop();
}

void share_recorder::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  std::deque<job> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(jobs_);
  }
  for (job& each : left) each.done(errc::store_unavailable);
}

void share_recorder::record(std::vector<share_report> reports, done_function done) {
  add({std::move(reports), std::move(done), nullptr});
}

std::shared_ptr<reader_share> share_recorder::record(share_report report, std::function<void()> wake) {
  report.by = shared_by::reader;
  auto share = std::make_shared<reader_share>(std::move(report), kept_);
  add({{share->report()},
       [share, wake = std::move(wake)](const result<shares_recorded>& recorded) {
         // Also where the reader is gone by now.
         recorded ? share->counted() : share->secure();
         wake();
       },
       share});
  return share;
}

void share_recorder::add(job next) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() < max_waiting && !stopping_) {
      jobs_.push_back(std::move(next));
      changed_.notify_one();
      return;
    }
  }
  next.done(errc::store_unavailable);
}

void share_recorder::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    // In turns, so that neither waits for the other for long.
    changed_.wait_until(lock, sender_.next(), [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    if (!jobs_.empty()) {
      job next = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      finish(next);
    } else {
      lock.unlock();
    }
    sender_.step();
    lock.lock();
  }
}

void share_recorder::finish(job& next) {
  if (next.of_reader && next.of_reader->is_kept()) return;  // it goes with the others that are
  const auto recorded = record_now(next.reports);
  sender_.heard(recorded ? error_code() : recorded.error());
  next.done(recorded);
}

result<shares_recorded> share_recorder::record_now(std::span<const share_report> reports) {
  auto recorded = store_.record_shares(reports);
  // Also after a failure: some of the reports may have been counted.
  for (const share_report& report : reports) cache_.erase(fingerprint_of_(report.key));
  if (!recorded) return recorded;
  for (std::size_t i = 0; i < recorded->fresh.size(); ++i)
    if (recorded->fresh[i]) count_(reports[i].key, static_cast<std::uint64_t>(reports[i].shares));
  return recorded;
}

}  // namespace buttond
