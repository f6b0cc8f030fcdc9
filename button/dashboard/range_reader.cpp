#include "button/dashboard/range_reader.hpp"

#include "button/dashboard/site_sums.hpp"
#include "common/background_thread.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

namespace buttond {

struct range_reader::impl {
  impl(survey& store, const clock& of, const range_limits& limits) : from(store), time(of), limit(limits) {}

  void run();
  std::optional<std::chrono::nanoseconds> step();

  void ask_for(span_of_days span);
  span_state state_of(span_of_days span) const;
  bool is_looked_at(monotonic_time now) const;
  bool is_comparable(span_of_days span) const;
  int reached_days(std::chrono::sys_days last) const;
  int depth_of(span_of_days span, std::chrono::sys_days last) const;
  int wanted_days(monotonic_time now, std::chrono::sys_days last) const;
  void begin(monotonic_time now);
  void make_room_for(const site_sums::day_of_sites& day);
  std::chrono::nanoseconds after(const error_code& failure);
  std::optional<std::chrono::sys_days> next_day(monotonic_time now);
  result<site_sums::day_of_sites> read(std::chrono::sys_days day);
  void take(std::chrono::sys_days day, const site_sums::day_of_sites& sites);

  survey& from;
  const clock& time;
  const range_limits limit;

  mutable std::mutex mutex;  // over all below; not held while the store is asked
  std::condition_variable wake_up;
  std::condition_variable has_read;
  bool stopping = false;
  bool woken = false;
  std::array<std::optional<monotonic_time>, named_spans.size()> asked;
  // These are made, filled and taken away by step() only.
  std::optional<site_sums> shown;
  std::optional<site_sums> building;        // what will be shown in its place
  std::optional<survey::day_range> stored;  // the days that the store has
  bool knows_days = false;                  // whether it was asked for them since one of the two was begun
  monotonic_time last_day_read;
  reading_state failed = reading_state::ok;  // how the last query ended
  std::thread thread;
};

void range_reader::impl::ask_for(span_of_days span) {
  asked[static_cast<std::size_t>(span)] = time.monotonic();
  woken = true;
  wake_up.notify_all();
}

bool range_reader::impl::is_looked_at(monotonic_time now) const {
  return std::ranges::any_of(asked, [&](const auto& when) { return when && now - *when < limit.asked_for; });
}

/// How many days back from `last` the store has anything.
int range_reader::impl::reached_days(std::chrono::sys_days last) const {
  return stored ? std::max(1, static_cast<int>((last - stored->first).count()) + 1) : 1;
}

/// How many days are to be read for a span: as many again where that is all there to compare with.
int range_reader::impl::depth_of(span_of_days span, std::chrono::sys_days last) const {
  const int reached = reached_days(last);
  const int with_former = 2 * of(span).days + 1;
  return reached >= with_former ? with_former : std::min(reached, of(span).days);
}

int range_reader::impl::wanted_days(monotonic_time now, std::chrono::sys_days last) const {
  int most = 1;
  for (const named_span& each : named_spans) {
    const auto& when = asked[static_cast<std::size_t>(each.span)];
    if (when && now - *when < limit.asked_for) most = std::max(most, depth_of(each.span, last));
  }
  return most;
}

bool range_reader::impl::is_comparable(span_of_days span) const {
  return shown && shown->read_days() > 2 * of(span).days;
}

span_state range_reader::impl::state_of(span_of_days span) const {
  const int days = of(span).days;
  span_state state{.last = shown ? shown->last() : utc_day(time.wall()), .days = days};
  if (shown) {
    const bool whole = shown->read_days() >= (knows_days ? std::min(days, reached_days(state.last)) : days);
    state.read_days = whole ? days : shown->read_days();
    if (whole) state.state = reading_state::ok;
  }
  if (failed != reading_state::ok) state.state = failed;
  return state;
}

/// Begins what is due to be begun.
void range_reader::impl::begin(monotonic_time now) {
  const auto today = utc_day(time.wall());
  if (!shown) {
    shown.emplace(today, now);
  } else if (building ? building->last() != today
                      : shown->last() != today || now - shown->begun() >= limit.all_again) {
    building.emplace(today, now);
  } else {
    return;
  }
  knows_days = false;
}

std::chrono::nanoseconds range_reader::impl::after(const error_code& failure) {
  failed = reading_state_of(answer_of(failure));
  return limit.after_failure;
}

/// The day to be read now: one that is missing, else the last one again, where that is due.
std::optional<std::chrono::sys_days> range_reader::impl::next_day(monotonic_time now) {
  if (building && building->read_days() >= wanted_days(now, building->last())) {
    shown.emplace(std::move(*building));
    building.reset();
  }
  const site_sums& filled = building ? *building : *shown;
  if (filled.read_days() < wanted_days(now, filled.last()))
    return filled.last() - std::chrono::days(filled.read_days());
  if (now - last_day_read >= limit.today_again) return filled.last();
  return std::nullopt;
}

result<site_sums::day_of_sites> range_reader::impl::read(std::chrono::sys_days day) {
  site_sums::day_of_sites sites;
  const auto done = from.sites_on(day, limit.sites, [&](std::string_view site, const tally& counts) {
    sites.emplace_back(std::string(site), counts);
  });
  if (!done) return done.error();
  return sites;
}

/// What is shown gives way to what will be, where there may not be room for both.
void range_reader::impl::make_room_for(const site_sums::day_of_sites& day) {
  if (!building) return;
  if (shown->bytes() + building->bytes() + site_sums::most_bytes_of(day) <= limit.bytes) return;
  shown.emplace(std::move(*building));
  building.reset();
}

void range_reader::impl::take(std::chrono::sys_days day, const site_sums::day_of_sites& sites) {
  make_room_for(sites);
  site_sums& filled = building ? *building : *shown;
  const std::size_t room = limit.bytes - (building ? shown->bytes() : 0);
  if (day == filled.last()) last_day_read = time.monotonic();
  if (day == filled.last() && filled.read_days() > 0)
    filled.replace_last(sites, limit.sites, room);
  else
    filled.add(sites, limit.sites, room);
}

std::optional<std::chrono::nanoseconds> range_reader::impl::step() {
  const auto now = time.monotonic();
  std::unique_lock lock(mutex);
  woken = false;
  if (!is_looked_at(now)) {
    shown.reset();
    building.reset();
    failed = reading_state::ok;
    return std::nullopt;
  }
  begin(now);
  if (!knows_days) {
    lock.unlock();
    const auto days = from.days();
    lock.lock();
    if (!days) return after(days.error());
    stored = *days;
    knows_days = true;
  }
  const auto day = next_day(now);
  if (!day) return std::nullopt;
  lock.unlock();
  const auto sites = read(*day);
  lock.lock();
  if (!sites) return after(sites.error());
  failed = reading_state::ok;
  take(*day, *sites);
  return time.monotonic() - now;
}

void range_reader::impl::run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    lock.unlock();
    const auto rest = step();
    lock.lock();
    has_read.notify_all();
    if (rest)
      wake_up.wait_for(lock, *rest, [&] { return stopping; });
    else
      wake_up.wait_for(lock, limit.asked_for, [&] { return stopping || woken; });
  }
}

range_reader::range_reader(survey& from, const clock& time, const range_limits& limits)
    : impl_(std::make_unique<impl>(from, time, limits)) {}

range_reader::~range_reader() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake_up.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void range_reader::start() {
  impl_->thread =
      background_thread("ranges", thread_priority::far_behind_loops, [of = impl_.get()] { of->run(); });
}

void range_reader::wait_for(span_of_days span, std::chrono::milliseconds patience) {
  std::unique_lock lock(impl_->mutex);
  impl_->ask_for(span);
  impl_->has_read.wait_for(lock, patience,
                           [&] { return impl_->state_of(span).state != reading_state::reading; });
}

range_reader::sites_of_span range_reader::sites(span_of_days span, std::size_t most) {
  const std::lock_guard lock(impl_->mutex);
  impl_->ask_for(span);
  sites_of_span answer{impl_->state_of(span), {}, 0};
  if (impl_->shown)
    std::tie(answer.largest, answer.of) = impl_->shown->largest(span, most, impl_->is_comparable(span));
  return answer;
}

range_reader::days_of_span range_reader::days(span_of_days span) {
  const std::lock_guard lock(impl_->mutex);
  impl_->ask_for(span);
  days_of_span answer{impl_->state_of(span), {}};
  for (auto day = answer.last - std::chrono::days(answer.days - 1); day <= answer.last;
       day += std::chrono::days(1))
    answer.each.push_back(impl_->shown ? impl_->shown->total(day) : std::nullopt);
  return answer;
}

std::optional<std::chrono::nanoseconds> range_reader::step() {
  return impl_->step();
}

std::size_t range_reader::bytes() const {
  const std::lock_guard lock(impl_->mutex);
  return (impl_->shown ? impl_->shown->bytes() : 0) + (impl_->building ? impl_->building->bytes() : 0);
}

}  // namespace buttond
