#pragma once
// A store that takes nothing and knows nothing. What a test needs of a store, it overrides.

#include "button/store/store.hpp"

namespace buttond::testing {

class plain_store : public store {
 public:
  result<bring_report> bring(std::span<const batch>, std::span<const batch>) override {
    return errc::store_refused;
  }
  result<fold_report> fold(const std::atomic<fold_turn>&) override { return fold_report{}; }
  result<void> for_each_refused(const std::function<void(const refused_item&)>&) override { return {}; }
  result<std::int64_t> retry_refused(std::string_view) override { return std::int64_t{0}; }
  result<std::vector<std::optional<tally>>> find(std::span<const std::string>) override {
    return errc::store_refused;
  }
  result<shares_recorded> record_shares(std::span<const share_report>) override {
    return errc::store_refused;
  }
  result<std::string> share_key(std::string_view) override { return errc::store_refused; }
  result<void> set(std::span<const stored_link>) override { return errc::store_refused; }
  result<std::vector<link_moved>> move(std::span<const link_move>, move_mode) override {
    return errc::store_refused;
  }
  result<void> for_each(const std::function<void(const stored_link&)>&) override {
    return errc::store_refused;
  }
  using store::ping;
  result<void> ping(std::string&) override { return {}; }
  result<void> can_write(std::string&) override { return {}; }
  std::string_view kind() const noexcept override { return "plain"; }
};

}  // namespace buttond::testing
