#include "button/shares/share_recorder.hpp"

#include "common/background_thread.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace buttond {

share_recorder::share_recorder(store& into, count_cache& cache, share_ids& ids,
                               const fingerprinter& fingerprint_of, const clock& time,
                               const std::filesystem::path& data, count_function count)
    : store_(into),
      cache_(cache),
      fingerprint_of_(fingerprint_of),
      count_(std::move(count)),
      kept_(data / "shares", time, ledger_),
      sender_(
          kept_, [this](std::span<const share_report> reports) { return record_now(reports); }, time),
      keeper_(into, ids, data / "share_key", time),
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
  std::deque<report_job> reports;
  std::deque<reader_job> readers;
  {
    const std::lock_guard lock(mutex_);
    reports.swap(reports_);
    readers.swap(readers_);
  }
  for (report_job& job : reports) refuse(job);
  for (reader_job& job : readers) job.not_stored();
}

void share_recorder::record(std::vector<share_report> reports, done_function done) {
  report_job job{std::move(reports), std::move(done)};
  ledger_.reported(job.reports.size());
  if (!add(reports_, most_reports, job)) refuse(job);
}

std::shared_ptr<reader_share> share_recorder::record(share_report report, std::function<void()> wake) {
  report.by = shared_by::reader;
  auto share = std::make_shared<reader_share>(std::move(report), kept_, ledger_);
  reader_job job{share, std::move(wake)};
  ledger_.reported(1);
  if (!add(readers_, most_readers, job)) job.not_stored();
  return share;
}

void share_recorder::refuse(report_job& job) {
  ledger_.failed(job.reports.size());
  job.done(errc::store_unavailable);
}

// Also where the reader is gone by now.
void share_recorder::reader_job::stored(bool fresh) {
  share->stored(fresh);
  wake();
}

void share_recorder::reader_job::not_stored() {
  share->not_stored();
  wake();
}

template <class Job>
bool share_recorder::add(std::deque<Job>& to, std::size_t most, Job& job) {
  const std::lock_guard lock(mutex_);
  if (to.size() >= most || stopping_) return false;
  to.push_back(std::move(job));
  changed_.notify_one();
  return true;
}

void share_recorder::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_until(lock, std::min(sender_.next(), keeper_.next()),
                        [this] { return stopping_ || !reports_.empty() || !readers_.empty(); });
    if (stopping_) return;
    if (!reports_.empty()) {
      report_job next = std::move(reports_.front());
      reports_.pop_front();
      lock.unlock();
      finish(next);
    } else {
      auto next = take_readers();
      lock.unlock();
      finish(next);
    }
    sender_.step();  // in turns, so that what waits in files does not wait for good
    keeper_.step();
    lock.lock();
  }
}

/// Those who came first; no more of a link than may be sent a second time (kept_shares.hpp). What is kept
/// goes with the others that are.
std::vector<share_recorder::reader_job> share_recorder::take_readers() {
  std::vector<reader_job> taken;
  std::deque<reader_job> left;
  std::unordered_map<std::string_view, std::size_t> of_link;
  for (reader_job& job : readers_) {
    if (job.share->is_kept()) continue;
    const bool fits = taken.size() < most_readers_in_call &&
                      ++of_link[job.share->report().key] <= kept_shares::most_of_a_link;
    if (fits)
      taken.push_back(std::move(job));
    else
      left.push_back(std::move(job));
  }
  readers_ = std::move(left);
  return taken;
}

void share_recorder::finish(report_job& job) {
  const auto recorded = record_now(job.reports);
  sender_.heard(recorded ? error_code() : recorded.error());
  if (recorded) {
    for (const bool fresh : recorded->fresh) ledger_.stored(fresh);
  } else {
    ledger_.failed(job.reports.size());
  }
  job.done(recorded);
}

void share_recorder::finish(std::vector<reader_job>& jobs) {
  if (jobs.empty()) return;
  std::vector<share_report> reports;
  reports.reserve(jobs.size());
  for (const reader_job& job : jobs) reports.push_back(job.share->report());
  const auto recorded = record_now(reports);
  sender_.heard(recorded ? error_code() : recorded.error());
  for (std::size_t i = 0; i < jobs.size(); ++i)
    recorded ? jobs[i].stored(recorded->fresh[i]) : jobs[i].not_stored();
}

result<shares_recorded> share_recorder::record_now(std::span<const share_report> reports) {
  auto recorded = store_.record_shares(reports);
  if (!recorded) return recorded;
  for (std::size_t i = 0; i < recorded->fresh.size(); ++i) {
    if (!recorded->fresh[i]) continue;
    const auto& [key, id, shares, by] = reports[i];
    cache_.raise(fingerprint_of_(key), shares);
    count_(key, static_cast<std::uint64_t>(shares));
  }
  return recorded;
}

}  // namespace buttond
