#include "button/store/measured_store.hpp"

#include <utility>

namespace buttond {

measured_store::measured_store(std::unique_ptr<store> inner, const clock& time)
    : inner_(std::move(inner)), time_(time) {}

template <class Call>
auto measured_store::measure(store_operation operation, Call&& call) -> decltype(call()) {
  const auto start = time_.monotonic();
  auto answer = call();
  const auto taken = time_.monotonic() - start;
  const std::lock_guard lock(mutex_);
  numbers_.up = answer.has_value();
  numbers_.operations[static_cast<std::size_t>(operation)].add(taken);
  return answer;
}

result<bring_report> measured_store::bring(std::span<const batch> batches, std::span<const batch> later) {
  return measure(store_operation::bring, [&] { return inner_->bring(batches, later); });
}

result<fold_report> measured_store::fold(const std::atomic<fold_turn>& turn) {
  return measure(store_operation::fold, [&] { return inner_->fold(turn); });
}

result<void> measured_store::for_each_refused(const std::function<void(const refused_item&)>& visit) {
  return inner_->for_each_refused(visit);
}

result<std::int64_t> measured_store::retry_refused(std::string_view id) {
  return inner_->retry_refused(id);
}

result<std::vector<std::optional<tally>>> measured_store::find(std::span<const std::string> keys) {
  return measure(store_operation::find, [&] { return inner_->find(keys); });
}

result<shares_recorded> measured_store::record_shares(std::span<const share_report> reports) {
  return measure(store_operation::record_shares, [&] { return inner_->record_shares(reports); });
}

result<std::string> measured_store::share_key(std::string_view proposed) {
  return inner_->share_key(proposed);
}

result<void> measured_store::set(std::span<const stored_link> links) {
  return inner_->set(links);
}

result<std::vector<link_moved>> measured_store::move(std::span<const link_move> moves, move_mode mode) {
  return inner_->move(moves, mode);
}

result<void> measured_store::for_each(const std::function<void(const stored_link&)>& visit) {
  return inner_->for_each(visit);
}

result<void> measured_store::ping() {
  const auto answer = inner_->ping();
  const std::lock_guard lock(mutex_);
  numbers_.up = answer.has_value();
  return answer;
}

std::string_view measured_store::kind() const noexcept {
  return inner_->kind();
}

store_numbers measured_store::numbers() const {
  const std::lock_guard lock(mutex_);
  return numbers_;
}

}  // namespace buttond
