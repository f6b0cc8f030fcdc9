#include "button/store/measured_store.hpp"

#include <utility>

namespace buttond {

measured_store::measured_store(std::unique_ptr<store> inner, const clock& time)
    : inner_(std::move(inner)), time_(time) {
  // Until somebody knows how much: the first failures come while the server starts.
  inner_->while_failing([] { return "counting goes on, and what is counted waits in the journal"; });
}

template <class Call>
auto measured_store::measure(store_operation operation, Call&& call) -> decltype(call()) {
  const auto start = time_.monotonic();
  auto answer = call();
  const auto now = time_.monotonic();
  const auto taken = now - start;
  const std::lock_guard lock(mutex_);
  answer ? health_.succeeded(operation) : health_.failed(operation);
  if (!answer)
    note(only_reads(operation) ? reading_fails_ : writing_fails_, answer.error(), now);
  else if (only_reads(operation))
    reading_fails_.reset();
  else if (health_.writes_up())
    writing_fails_.reset();
  if (answer && only_reads(operation)) numbers_.last_read = taken;
  const auto number = static_cast<std::size_t>(operation);
  if (number >= store_operation_names.size()) return answer;
  numbers_.operations[number].add(taken);
  if (!answer) ++numbers_.errors[number][static_cast<std::size_t>(cause_of(answer.error()))];
  return answer;
}

void measured_store::note(std::optional<failing>& of, const error_code& error, monotonic_time now) {
  of = failing{error, of ? of->since : now};
}

result<bring_report> measured_store::bring(std::span<const batch> batches, std::span<const batch> later) {
  return measure(store_operation::bring, [&] { return inner_->bring(batches, later); });
}

result<fold_report> measured_store::fold(const std::atomic<fold_turn>& turn) {
  return measure(store_operation::fold, [&] { return inner_->fold(turn); });
}

result<void> measured_store::for_each_refused(const std::function<void(const refused_item&)>& visit) {
  return measure(store_operation::read_refused, [&] { return inner_->for_each_refused(visit); });
}

result<std::int64_t> measured_store::retry_refused(std::string_view id) {
  return measure(store_operation::retry_refused, [&] { return inner_->retry_refused(id); });
}

result<std::vector<std::optional<tally>>> measured_store::find(std::span<const std::string> keys) {
  return measure(store_operation::find, [&] { return inner_->find(keys); });
}

result<shares_recorded> measured_store::record_shares(std::span<const share_report> reports) {
  return measure(store_operation::record_shares, [&] { return inner_->record_shares(reports); });
}

result<std::string> measured_store::share_key(std::string_view proposed) {
  return measure(store_operation::share_key, [&] { return inner_->share_key(proposed); });
}

result<void> measured_store::set(std::span<const stored_link> links) {
  return measure(store_operation::set, [&] { return inner_->set(links); });
}

result<std::vector<link_moved>> measured_store::move(std::span<const link_move> moves, move_mode mode) {
  return measure(store_operation::move, [&] { return inner_->move(moves, mode); });
}

result<void> measured_store::for_each(const std::function<void(const stored_link&)>& visit) {
  return measure(store_operation::read_links, [&] { return inner_->for_each(visit); });
}

result<void> measured_store::ping(std::string& why) {
  return measure(store_operation::ping, [&] { return inner_->ping(why); });
}

result<void> measured_store::can_write(std::string& why) {
  return measure(store_operation::can_write, [&] { return inner_->can_write(why); });
}

void measured_store::while_failing(std::function<std::string()> say) {
  inner_->while_failing(std::move(say));
}

std::string_view measured_store::kind() const noexcept {
  return inner_->kind();
}

store_numbers measured_store::numbers() const {
  const std::lock_guard lock(mutex_);
  auto numbers = numbers_;
  numbers.reads_up = health_.reads_up();
  numbers.writes_up = health_.writes_up();
  numbers.up = numbers.reads_up && numbers.writes_up;
  const auto lasting = [now = time_.monotonic()](const std::optional<failing>& of) {
    return of ? std::optional(store_failure{of->error, now - of->since}) : std::nullopt;
  };
  numbers.reading_fails = lasting(reading_fails_);
  numbers.writing_fails = lasting(writing_fails_);
  return numbers;
}

}  // namespace buttond
