#include "button/handlers/dashboard/minute_keeper.hpp"

#include "button/handlers/dashboard/awaited.hpp"
#include "button/handlers/dashboard/verdict.hpp"
#include "button/impressions/journal_files.hpp"
#include "button/store/store_causes.hpp"
#include "common/background_thread.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace buttond {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::minutes minute_length{1};
constexpr std::chrono::seconds slack{2};     // by which a minute may begin late, or take longer
constexpr std::chrono::seconds next_try{5};  // where nothing could be told yet
constexpr std::chrono::milliseconds stop_patience{1'000};
constexpr std::chrono::hours between_clearings{1};
constexpr std::chrono::seconds between_portions{1};
constexpr std::int64_t days_of_portion = 10'000;
constexpr std::size_t most_hours_untold = 24;
constexpr std::size_t most_links_told = 50;
constexpr std::chrono::minutes told_links_of{15};

// What the store may not do.
constexpr std::string_view telling = "take what this node says of itself";
constexpr std::string_view clearing = "clear away what nodes said of themselves";
constexpr std::string_view dropping = "remove the days of sites that --keep-days names";

std::string name_of_host() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

/// What keeps counts from the store too: it says so itself, of them.
bool is_of_whole_store(store_cause cause) {
  switch (cause) {
    case store_cause::unreachable:
    case store_cause::no_primary:
    case store_cause::full:
    case store_cause::read_only:
    case store_cause::damaged:
      return true;
    default:
      return false;
  }
}

void add(std::optional<tally>& to, const tally& counts) {
  to = to.value_or(tally()) += counts;
}

}  // namespace

minute_keeper::minute_keeper(keeper_parts parts)
    : parts_(std::move(parts)), identity_{name_of_host(), parts_.time.wall()}, own_name_(make_node_name()) {}

minute_keeper::~minute_keeper() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_up_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void minute_keeper::start() {
  thread_ = background_thread("minutes", thread_priority::behind_loops, [this] { run(); });
}

void minute_keeper::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    step();
    lock.lock();
    wake_up_.wait_for(lock, until_due(), [this] { return stop_; });
  }
  lock.unlock();
  tell_that_it_stopped();
  lock.lock();
  has_ended_ = true;
  ended_.notify_all();
}

void minute_keeper::stop() {
  std::unique_lock lock(mutex_);
  stop_ = true;
  wake_up_.notify_all();
  if (thread_.joinable()) ended_.wait_for(lock, stop_patience, [this] { return has_ended_; });
}

std::chrono::nanoseconds minute_keeper::until_due() const {
  const auto wall = parts_.time.wall();
  std::chrono::nanoseconds due = std::chrono::floor<std::chrono::minutes>(wall) + minute_length - wall;
  if (!ever_told_) due = std::min<std::chrono::nanoseconds>(due, next_try);
  if (drops_) due = std::min<std::chrono::nanoseconds>(due, between_portions);
  return due;
}

void minute_keeper::step() {
  const auto now = std::chrono::floor<std::chrono::minutes>(parts_.time.wall());
  if (!before_) {
    begin_minute(now);
    if (before_) tell(before_->numbers, {});
  } else if (now > minute_ || now + minute_length < minute_) {  // set back a little, it is the same minute
    end_minute(now);
  } else if (!ever_told_) {
    if (const auto numbers = awaited<metrics_snapshot>(parts_.take_snapshot, parts_.loops_patience))
      tell(*numbers, {});
  }
  clear_away();
}

/// From here on `minute` is under way.
void minute_keeper::begin_minute(wall_minute minute) {
  minute_ = minute;
  auto numbers = awaited<metrics_snapshot>(parts_.take_snapshot, parts_.loops_patience);
  if (!numbers) {
    before_.reset();
    return;
  }
  before_ = taken_snapshot{std::move(*numbers), parts_.time.monotonic()};
  const auto late = parts_.time.wall() - minute;
  from_its_start_ = late >= late.zero() && late <= slack;
}

/// The minute under way is over; `now` begins.
void minute_keeper::end_minute(wall_minute now) {
  const auto first = std::exchange(before_, std::nullopt);
  const wall_minute minute = minute_;
  const bool whole = from_its_start_;
  begin_minute(now);
  std::optional<node_minute> over;
  if (before_ && first && now == minute + minute_length && before_->at - first->at <= minute_length + slack) {
    over = minute_between(minute, first->numbers, before_->numbers);
    parts_.minutes.add(minute, over->counts);
    note(*over);
    if (!whole) over.reset();
  }
  {
    const std::lock_guard lock(mutex_);
    last_minute_ = over;
  }
  if (before_) tell(before_->numbers, {});
}

/// For what is told of the hour.
void minute_keeper::note(const node_minute& minute) {
  const auto hour = std::chrono::floor<std::chrono::hours>(minute.of);
  auto& counted = hours_[hour];
  counted.hour = hour;
  add(counted.minutes[static_cast<std::size_t>((minute.of - hour).count())], minute.counts.counted);
  while (hours_.size() > most_hours_untold) hours_.erase(hours_.begin());
}

void minute_keeper::tell(const metrics_snapshot& numbers, std::string_view state) {
  const node_report report = report_of(numbers, state);
  if (report.node != told_name_) {
    if (!told_name_.empty()) hours_.clear();  // what it counted under another name was told under that
    told_name_ = report.node;
  }
  std::vector<counted_hour> hours;
  for (auto& [hour, counted] : hours_) {
    counted.node = report.node;
    hours.push_back(counted);
  }
  const auto answer = parts_.store.tell(report, hours);
  told_ = answer.has_value();
  ever_told_ = ever_told_ || told_;
  if (!told_) {
    if (numbers.store.up) warn(telling, answer.error());
    return;
  }
  missed_.erase(telling);
  // The next minute belongs to the last hour, or to one after it.
  while (hours_.size() > 2) hours_.erase(hours_.begin());
}

void minute_keeper::tell_that_it_stopped() {
  if (!told_ || !before_) return;
  const auto first = std::move(*before_);
  const auto now = std::chrono::floor<std::chrono::minutes>(parts_.time.wall());
  auto numbers = awaited<metrics_snapshot>(parts_.take_snapshot, stop_patience);
  if (!numbers) return;
  const bool same = now == minute_ || now == minute_ + minute_length;
  if (same && parts_.time.monotonic() - first.at <= minute_length + slack)
    note(minute_between(minute_, first.numbers, *numbers));
  tell(*numbers, "stopped");
}

node_report minute_keeper::report_of(const metrics_snapshot& numbers) const {
  return report_of(numbers, {});
}

node_report minute_keeper::report_of(const metrics_snapshot& numbers, std::string_view state) const {
  std::optional<node_minute> minute;
  {
    const std::lock_guard lock(mutex_);
    minute = last_minute_;
  }
  const auto top = parts_.recent.top(told_links_of, most_links_told);
  if (state.empty())
    state = numbers.draining ? "stopping" : name_of(judge(numbers, parts_.store_kind, {}).state);
  return make_report({.identity = identity_,
                      .node = numbers.journal.node.empty() ? own_name_ : numbers.journal.node,
                      .state = state,
                      .at = parts_.time.wall(),
                      .minute = minute,
                      .numbers = numbers,
                      .bytes_an_hour = parts_.room.bytes_an_hour(),
                      .top = top});
}

/// What is due once an hour, a portion at a time.
void minute_keeper::clear_away() {
  if (drops_) return drop_days();
  const auto now = parts_.time.monotonic();
  if (!told_ || now < next_clearing_) return;
  next_clearing_ = now + between_clearings;
  if (const auto swept = parts_.store.sweep(parts_.time.wall())) {
    missed_.erase(clearing);
  } else {
    warn(clearing, swept.error());
  }
  drops_ = parts_.keep_days.count() > 0;
  if (drops_) drop_days();
}

void minute_keeper::drop_days() {
  const auto first = utc_day(parts_.time.wall()) - parts_.keep_days;
  const auto dropped = parts_.store.drop_days(first, days_of_portion);
  drops_ = dropped && *dropped >= days_of_portion;
  if (!dropped) {
    warn(dropping, dropped.error());
    return;
  }
  missed_.erase(dropping);
  dropped_ += *dropped;
  if (!drops_ && dropped_ > 0)
    spdlog::info("--keep-days: {} days of sites from before {:%F} were removed", std::exchange(dropped_, 0),
                 first);
}

void minute_keeper::warn(std::string_view what, const error_code& why) {
  const store_cause cause = cause_of(why);
  if (is_of_whole_store(cause)) return;
  // A store that hangs says so itself, a moment later; what takes too long twice in a row is this alone.
  if (may_pass(cause) && missed_.insert(what).second) return;
  auto& limit = warnings_.try_emplace(why, std::chrono::hours(1)).first->second;
  const auto more = limit.due(parts_.time.monotonic());
  if (!more) return;
  const std::string_view cure = advice(why, parts_.store_kind);
  spdlog::warn(
      "dashboard: the store does not {}: {}{}{}; counting is not held up by it, and it is tried again{}",
      what, why.message(), cure.empty() ? "" : ": ", cure, and_more(*more));
}

}  // namespace buttond
