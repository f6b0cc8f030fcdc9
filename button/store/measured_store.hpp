#pragma once
// A store that measures another one: durations and errors by operation, and whether it can be read and
// written now. Wraps the store that all its users share. Thread-safe, as any store.

#include "button/store/store.hpp"
#include "button/store/store_causes.hpp"
#include "button/store/store_operations.hpp"
#include "common/clock.hpp"
#include "common/duration_histogram.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace buttond {

/// Of what the metrics tell apart: the first ones of store_operation.
inline constexpr std::array<std::string_view, 4> store_operation_names{
    name_of(store_operation::bring), name_of(store_operation::fold), name_of(store_operation::find),
    name_of(store_operation::record_shares)};

inline constexpr auto store_boundaries = [] {
  using namespace std::chrono_literals;
  return std::array<std::chrono::nanoseconds, 9>{500us, 1ms, 2'500us, 5ms, 10ms, 50ms, 250ms, 1s, 10s};
}();

/// What has failed and not succeeded since.
struct store_failure {
  error_code error;  // of the last try
  std::chrono::nanoseconds lasting{};
};

struct store_numbers {
  bool up = false;        // both
  bool reads_up = false;  // as store_health says; false until the first of each
  bool writes_up = false;
  std::optional<store_failure> reading_fails;
  std::optional<store_failure> writing_fails;
  std::optional<std::chrono::nanoseconds> last_read;  // how long the last read took that succeeded
  std::array<duration_histogram<store_boundaries>, store_operation_names.size()> operations;
  std::array<std::array<std::uint64_t, store_cause_names.size()>, store_operation_names.size()> errors{};
};

class measured_store final : public store {
 public:
  measured_store(std::unique_ptr<store> inner, const clock& time);

  result<bring_report> bring(std::span<const batch> batches, std::span<const batch> later) override;
  result<fold_report> fold(const std::atomic<fold_turn>& turn) override;
  result<void> for_each_refused(const std::function<void(const refused_item&)>& visit) override;
  result<std::int64_t> retry_refused(std::string_view id) override;
  result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) override;
  result<shares_recorded> record_shares(std::span<const share_report> reports) override;
  result<std::string> share_key(std::string_view proposed) override;
  result<void> set(std::span<const stored_link> links) override;
  result<std::vector<link_moved>> move(std::span<const link_move> moves, move_mode mode) override;
  result<void> for_each(const std::function<void(const stored_link&)>& visit) override;
  using store::ping;
  result<void> ping(std::string& why) override;
  result<void> can_write(std::string& why) override;
  void while_failing(std::function<std::string()> say) override;
  std::string_view kind() const noexcept override;

  store_numbers numbers() const;

 private:
  /// Calls, and notes what came of it.
  template <class Call>
  auto measure(store_operation operation, Call&& call) -> decltype(call());

  struct failing {
    error_code error;
    monotonic_time since;
  };
  static void note(std::optional<failing>& of, const error_code& error, monotonic_time now);

  std::unique_ptr<store> inner_;
  const clock& time_;
  mutable std::mutex mutex_;
  store_health health_;
  std::optional<failing> reading_fails_;
  std::optional<failing> writing_fails_;
  store_numbers numbers_;
};

}  // namespace buttond
