#include "button/store/mongodb_fold.hpp"

#include "button/store/batch_parts.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;

// With the longest keys some 100 MB, which are summed up in memory.
constexpr std::size_t batches_in_fold = 100;
constexpr std::int64_t first_portion = 2'000;  // links, one in several batches is several
constexpr std::int64_t least_portion = 1'000;
constexpr std::int64_t greatest_portion = 100'000;
constexpr auto long_fold = 5s;  // with its rests
constexpr auto short_fold = 2'500ms;

constexpr auto retry_each = 1h;
constexpr std::size_t marks_forgotten_at_once = 100;
// Each round decides a fold or sees one that another decided.
constexpr int most_rounds = 1'000;

bool retry_is_due(const fold_state& state) noexcept {
  return state.retried.value_or(wall_time{}) < state.now - retry_each;
}

bson_document all_of(const std::vector<std::string>& ids) {
  return {{"q", bson_document{{"_id", bson_document{{"$in", ids}}}}}, {"limit", 0}};
}

}  // namespace

mongodb_fold::mongodb_fold(mongodb_client& client, mongodb_refused& refused, step_hook hook)
    : client_(client),
      refused_(refused),
      document_(client),
      waiting_(client),
      addition_(client, refused),
      hook_(std::move(hook)),
      portion_(first_portion) {}

result<void> mongodb_fold::after(fold_step step, std::string& why) const {
  if (!hook_) return {};
  const auto goes_on = hook_(step);
  if (!goes_on) why = "stopped by its hook";
  return goes_on;
}

result<fold_report> mongodb_fold::fold(fold_turn turn, std::string& why) {
  auto found = look(why);
  if (!found) return found.error();
  fold_report report;
  const bool unfinished = found->state && !found->state->take.empty();
  if (unfinished || !found->waiting.empty() || !found->retry.empty()) {
    auto leased = document_.take_lease(turn, why);
    if (!leased) return leased.error();
    if (*leased) {
      found->state = std::move(*leased);
      if (const auto read = after(fold_step::read, why); !read) return read.error();
      auto decided = result<std::optional<fold_state>>{found->state};
      if (found->state->take.empty()) decided = decide(*found->state, *found, report, why);
      if (!decided) return decided.error();
      if (*decided) {
        if (const auto done = carry_out(**decided, turn, report, why); !done) return done.error();
        found->state = std::move(*decided);
      }
    }
  }
  const auto marks = found->state ? found->state->marks : fold_marks{};
  const auto now = found->state ? found->state->now : std::chrono::system_clock::now();
  if (const auto told = waiting_.report(found->waiting, marks, now, report, why); !told) return told.error();
  const auto set_aside = refused_.count(why);
  if (!set_aside) return set_aside.error();
  report.set_aside = *set_aside;
  return report;
}

// What waits may be read before the lease is taken: its batches go only with a mark that is newer, or when
// they are set aside, and then they follow no mark.
result<mongodb_fold::findings> mongodb_fold::look(std::string& why) {
  findings found;
  auto state = document_.read(why);
  if (!state) return state.error();
  found.state = std::move(*state);
  auto waiting = waiting_.read(batches_in_fold + 1, why);
  if (!waiting) return waiting.error();
  found.waiting = std::move(*waiting);
  if (!found.state || !retry_is_due(*found.state)) return found;
  auto retry = refused_.refused_until(found.state->n, why);
  if (!retry) return retry.error();
  found.retry = std::move(*retry);
  return found;
}

// What follows a batch that was set aside seems to wait for it.
result<void> mongodb_fold::move_forked(fold_choice& choice, std::string& why) {
  std::vector<waiting_batch> gaps;
  for (auto first = choice.gaps.begin(); first != choice.gaps.end();) {
    const auto last =
        std::find_if(first, choice.gaps.end(), [&](const waiting_batch& b) { return b.node != first->node; });
    const std::span node{first, last};
    std::size_t forked = 0;
    if (!first->after.sum.empty()) {
      const auto set_aside = refused_.has_batch(first->node, first->after, why);
      if (!set_aside) return set_aside.error();
      if (*set_aside) forked = certain_run(node);
    }
    const auto stay = first + static_cast<std::ptrdiff_t>(forked);
    choice.forked.insert(choice.forked.end(), first, stay);
    gaps.insert(gaps.end(), stay, last);
    first = last;
  }
  choice.gaps = std::move(gaps);
  return {};
}

result<void> mongodb_fold::clear(fold_choice& choice, std::string& why) {
  if (const auto moved = move_forked(choice, why); !moved) return moved;
  if (!choice.forked.empty()) {
    const auto counts = refused_.set_aside(choice.forked, why);
    if (!counts) return counts.error();
    spdlog::error(
        "store {}: {} batches with {} impressions, {} clicks are set aside, not counted: another process "
        "goes on under the name of node {}. Was its data directory copied? `buttond refused` lists them",
        client_.name(), choice.forked.size(), counts->impressions, counts->clicks,
        choice.forked.front().node);
  }
  if (choice.late.empty()) return {};
  std::vector<std::string> ids;
  for (const auto& b : choice.late) ids.push_back(b.id());
  const auto deleted =
      client_.write({{"delete", batches_collection}, {"deletes", bson_array{all_of(ids)}}}, why);
  if (!deleted) return deleted.error();
  return {};
}

result<std::optional<fold_state>> mongodb_fold::decide(const fold_state& before, const findings& found,
                                                       fold_report& report, std::string& why) {
  if (!found.retry.empty() && retry_is_due(before)) return decide_retry(before, found.retry, why);
  auto choice = choose_batches(found.waiting, before.marks, {batches_in_fold, portion_});
  if (const auto cleared = clear(choice, why); !cleared) return cleared.error();
  if (const auto chosen = after(fold_step::chosen, why); !chosen) return chosen.error();
  if (choice.take.empty()) return std::optional<fold_state>{};

  fold_decision decision;
  decision.marks = std::move(choice.marks);
  for (const auto& b : choice.take) decision.take.push_back(b.id());
  for (const auto& node : before.expired) {
    const bool waits = std::any_of(found.waiting.begin(), found.waiting.end(),
                                   [&](const waiting_node& each) { return each.name == node; });
    if (!waits && decision.forget.size() < marks_forgotten_at_once) decision.forget.push_back(node);
  }
  auto decided = document_.decide(before, decision, why);
  if (!decided || !*decided) return decided;
  for (const auto& b : choice.take) report.links += b.size;
  if (const auto done = after(fold_step::decided, why); !done) return done.error();
  return decided;
}

result<std::optional<fold_state>> mongodb_fold::decide_retry(const fold_state& before,
                                                             std::vector<std::string> ids, std::string& why) {
  auto decided = document_.decide(
      before, {.take = std::move(ids), .source = fold_source::refused, .marks = {}, .forget = {}}, why);
  if (!decided || !*decided) return decided;
  if (const auto done = after(fold_step::decided, why); !done) return done.error();
  return decided;
}

result<void> mongodb_fold::carry_out(const fold_state& decided, fold_turn turn, fold_report& report,
                                     std::string& why) {
  if (const auto added = add(decided, turn, report, why); !added) return added;
  return close(decided, why);
}

result<void> mongodb_fold::add(const fold_state& decided, fold_turn turn, fold_report& report,
                               std::string& why) {
  const auto start = std::chrono::steady_clock::now();
  const auto sums = addition_.sum(decided, why);
  if (!sums) return sums.error();
  for (const auto target : {fold_target::links, fold_target::site_days}) {
    const auto added = addition_.add(target, decided.n, sums->sums(target), turn, why);
    if (!added) {
      adapt(report.links, std::chrono::steady_clock::now() - start);
      return added.error();
    }
    report.refused += added->refused;
    report.repaired += added->repaired;
    const auto step = target == fold_target::links ? fold_step::links_added : fold_step::days_added;
    if (const auto done = after(step, why); !done) return done;
  }
  adapt(report.links, std::chrono::steady_clock::now() - start);
  if (decided.source == fold_source::batches)
    report.batches += static_cast<std::int64_t>(decided.take.size());
  return {};
}

result<void> mongodb_fold::close(const fold_state& decided, std::string& why) {
  const auto deleted = client_.write(
      {{"delete", name_of(decided.source)}, {"deletes", bson_array{all_of(decided.take)}}}, why);
  if (!deleted) return deleted.error();
  if (const auto done = after(fold_step::deleted, why); !done) return done;
  if (const auto finished = document_.finish(decided, why); !finished) return finished;
  return after(fold_step::finished, why);
}

result<std::int64_t> mongodb_fold::retry_refused(std::string_view id, std::string& why) {
  if (!id.empty()) {
    const auto there = refused_.has(id, why);
    if (!there) return there.error();
    if (!*there) {
      why = fmt::format("nothing in `refused` has the id {}: `buttond refused` lists what is there", id);
      return errc::store_refused;
    }
  }
  std::int64_t counted = 0;
  std::optional<std::int64_t> last;  // the fold before the first try: what it refuses again comes after it
  for (int round = 0; round < most_rounds; ++round) {
    const auto state = document_.take_lease(fold_turn::at_once, why);
    if (!state) return state.error();
    if (!*state) continue;
    fold_report report;
    if (!(*state)->take.empty()) {
      if (const auto done = carry_out(**state, fold_turn::at_once, report, why); !done) return done.error();
      continue;
    }
    if (!last) last = (*state)->n;
    auto ids = id.empty() ? refused_.refused_until(*last, why)
                          : result<std::vector<std::string>>{std::vector{std::string{id}}};
    if (!ids) return ids.error();
    if (ids->empty()) return counted;
    const auto decided = decide_retry(**state, std::move(*ids), why);
    if (!decided) return decided.error();
    if (!*decided) continue;
    const auto& items = (*decided)->take;
    if (const auto added = add(**decided, fold_turn::at_once, report, why); !added) return added.error();
    const auto again = refused_.refused_again(items, (*decided)->n, why);
    if (!again) return again;
    if (const auto closed = close(**decided, why); !closed) return closed.error();
    counted += static_cast<std::int64_t>(items.size()) - *again;
    if (!id.empty()) return counted;
  }
  why = "other nodes fold all the time; try again";
  return errc::store_timeout;
}

// A small portion that was quick says nothing of a large one.
void mongodb_fold::adapt(std::int64_t links, std::chrono::steady_clock::duration took) noexcept {
  const std::int64_t portion = portion_;
  if (took > long_fold)
    portion_ = std::max(portion / 2, least_portion);
  else if (took < short_fold && links > portion / 2)
    portion_ = std::min(portion + portion / 2, greatest_portion);
}

}  // namespace buttond
