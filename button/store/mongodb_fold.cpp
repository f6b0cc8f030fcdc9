#include "button/store/mongodb_fold.hpp"

#include "button/store/batch_parts.hpp"
#include "button/store/fold_reading.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;

// Their ids are in `fold` meanwhile, some 40 bytes each.
constexpr std::size_t batches_in_fold = 4'000;

// Some 20 MB of sums. The more a fold takes, the more of its batches hold the same links, which it writes
// once.
constexpr std::size_t documents_in_fold = 100'000;

constexpr std::size_t deleted_at_once = 20;  // 2 MB with ordinary keys

constexpr auto retry_each = 1h;
constexpr std::size_t marks_forgotten_at_once = 100;
// Each round decides a fold or sees one that another decided.
constexpr int most_rounds = 1'000;

bool retry_is_due(const fold_state& state) noexcept {
  return state.retried.value_or(wall_time{}) < state.now - retry_each;
}

result<void> delete_all(mongodb_client& client, fold_source source, std::span<const std::string> ids,
                        std::string& why) {
  const bson_document all{{"q", bson_document{{"_id", bson_document{{"$in", ids}}}}}, {"limit", 0}};
  const auto reply = client.write({{"delete", name_of(source)}, {"deletes", bson_array{all}}}, why);
  if (!reply) return reply.error();
  return {};
}

}  // namespace

mongodb_fold::mongodb_fold(mongodb_client& client, mongodb_refused& refused, mongodb_moves& moves,
                           step_hook hook)
    : client_(client),
      refused_(refused),
      document_(client),
      waiting_(client),
      addition_(client, refused, moves),
      hook_(std::move(hook)) {}

result<void> mongodb_fold::after(fold_step step, std::string& why) const {
  if (!hook_) return {};
  const auto goes_on = hook_(step);
  if (!goes_on) why = "stopped by its hook";
  return goes_on;
}

result<fold_report> mongodb_fold::fold(const std::atomic<fold_turn>& turn, std::string& why) {
  auto found = look(why);
  if (!found) return found.error();
  fold_report report;
  const bool unfinished = found->state && !found->state->take.empty();
  if (unfinished || !found->waiting.empty() || !found->retry.empty()) {
    auto leased = document_.take_lease(turn, why);
    if (!leased) return leased.error();
    if (*leased) {
      found->state = std::move(*leased);
      fold_pace pace{document_, turn};
      if (const auto read = after(fold_step::read, why); !read) return read.error();
      auto decided = found->state->take.empty() ? decide(*found->state, *found, report, why)
                                                : resume(*found->state, report, why);
      if (!decided) return decided.error();
      if (*decided) {
        if (const auto done = carry_out(**decided, pace, report, why); !done) return done.error();
        found->state = std::move((*decided)->state);
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
  auto waiting = waiting_.read(batches_in_fold, why);
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
  return delete_all(client_, fold_source::batches, ids, why);
}

result<std::optional<mongodb_fold::decided_fold>> mongodb_fold::resume(fold_state state, fold_report& report,
                                                                       std::string& why) {
  auto sums = sum_taken(client_, state, why);
  if (!sums) return sums.error();
  report.more = true;  // what has come since it was decided
  return std::optional{decided_fold{std::move(state), std::move(*sums)}};
}

result<std::optional<mongodb_fold::decided_fold>> mongodb_fold::decide(const fold_state& before,
                                                                       const findings& found,
                                                                       fold_report& report,
                                                                       std::string& why) {
  if (!found.retry.empty() && retry_is_due(before)) return decide_retry(before, found.retry, report, why);
  auto choice = choose_batches(found.waiting, before.marks);
  if (const auto cleared = clear(choice, why); !cleared) return cleared.error();
  if (const auto chosen = after(fold_step::chosen, why); !chosen) return chosen.error();
  auto summed = sum_first(client_, choice.take, documents_in_fold, why);
  if (!summed) return summed.error();
  if (summed->batches == 0) return std::optional<decided_fold>{};
  const auto taken = std::span<const waiting_batch>{choice.take}.first(summed->batches);

  fold_decision decision;
  decision.marks = marks_after(taken);
  for (const auto& b : taken) decision.take.push_back(b.id());
  for (const auto& node : before.expired) {
    const bool waits = std::any_of(found.waiting.begin(), found.waiting.end(),
                                   [&](const waiting_node& each) { return each.name == node; });
    if (!waits && decision.forget.size() < marks_forgotten_at_once) decision.forget.push_back(node);
  }
  auto decided = document_.decide(before, decision, why);
  if (!decided) return decided.error();
  if (!*decided) return std::optional<decided_fold>{};
  if (const auto done = after(fold_step::decided, why); !done) return done.error();
  report.more = taken.size() < choice.take.size() ||
                std::any_of(found.waiting.begin(), found.waiting.end(),
                            [](const waiting_node& each) { return each.has_more; });
  return std::optional{decided_fold{std::move(**decided), std::move(summed->sums)}};
}

result<std::optional<mongodb_fold::decided_fold>> mongodb_fold::decide_retry(const fold_state& before,
                                                                             std::vector<std::string> ids,
                                                                             fold_report& report,
                                                                             std::string& why) {
  auto decided = document_.decide(
      before, {.take = std::move(ids), .source = fold_source::refused, .marks = {}, .forget = {}}, why);
  if (!decided) return decided.error();
  if (!*decided) return std::optional<decided_fold>{};
  if (const auto done = after(fold_step::decided, why); !done) return done.error();
  return resume(std::move(**decided), report, why);
}

result<void> mongodb_fold::carry_out(const decided_fold& fold, fold_pace& pace, fold_report& report,
                                     std::string& why) {
  const auto added = add(fold, pace, report, why);
  if (!added) return added.error();
  if (!*added) return {};
  return close(fold.state, pace, why);
}

result<bool> mongodb_fold::add(const decided_fold& fold, fold_pace& pace, fold_report& report,
                               std::string& why) {
  const auto links = fold.sums.sums(fold_target::links);
  const auto site_days = fold.sums.sums(fold_target::site_days);
  for (const auto target : {fold_target::links, fold_target::site_days}) {
    const auto& sums = target == fold_target::links ? links : site_days;
    const auto added = addition_.add(target, fold.state.n, sums, pace, why);
    if (!added) return {boost::system::in_place_error, added.error()};
    report.refused += added->refused;
    report.repaired += added->repaired;
    if (!added->whole) return false;
    const auto step = target == fold_target::links ? fold_step::links_added : fold_step::days_added;
    if (const auto done = after(step, why); !done) return {boost::system::in_place_error, done.error()};
  }
  if (fold.state.source == fold_source::batches) {
    report.batches += static_cast<std::int64_t>(fold.state.take.size());
    report.links += static_cast<std::int64_t>(links.size());
  }
  return true;
}

result<void> mongodb_fold::close(const fold_state& decided, fold_pace& pace, std::string& why) {
  std::span<const std::string> left{decided.take};
  while (!left.empty()) {
    const auto start = std::chrono::steady_clock::now();
    const auto some = left.first(std::min(deleted_at_once, left.size()));
    if (const auto deleted = delete_all(client_, decided.source, some, why); !deleted) return deleted;
    left = left.subspan(some.size());
    if (left.empty()) break;
    const auto goes_on = pace.between_parts(std::chrono::steady_clock::now() - start, why);
    if (!goes_on) return goes_on.error();
    if (!*goes_on) return {};
  }
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
  constexpr std::atomic<fold_turn> turn{fold_turn::at_once};
  std::int64_t counted = 0;
  std::optional<std::int64_t> last;  // the fold before the first try: what it refuses again comes after it
  for (int round = 0; round < most_rounds; ++round) {
    const auto state = document_.take_lease(turn, why);
    if (!state) return state.error();
    if (!*state) continue;
    fold_pace pace{document_, turn};
    fold_report report;
    if (!(*state)->take.empty()) {
      const auto resumed = resume(**state, report, why);
      if (!resumed) return resumed.error();
      if (const auto done = carry_out(**resumed, pace, report, why); !done) return done.error();
      continue;
    }
    if (!last) last = (*state)->n;
    auto ids = id.empty() ? refused_.refused_until(*last, why)
                          : result<std::vector<std::string>>{std::vector{std::string{id}}};
    if (!ids) return ids.error();
    if (ids->empty()) return counted;
    const auto decided = decide_retry(**state, std::move(*ids), report, why);
    if (!decided) return decided.error();
    if (!*decided) continue;
    const auto& retry = (*decided)->state;
    const auto added = add(**decided, pace, report, why);
    if (!added) return added.error();
    if (!*added) continue;
    const auto again = refused_.refused_again(retry.take, retry.n, why);
    if (!again) return again;
    if (const auto closed = close(retry, pace, why); !closed) return closed.error();
    counted += static_cast<std::int64_t>(retry.take.size()) - *again;
    if (!id.empty()) return counted;
  }
  why = "other nodes fold all the time; try again";
  return errc::store_timeout;
}

}  // namespace buttond
