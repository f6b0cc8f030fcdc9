#include "button/store/store_operations.hpp"

#include <algorithm>
#include <span>

namespace buttond {

void store_health::succeeded(store_operation operation) noexcept {
  of(operation) = outcome::succeeded;
  if (operation != store_operation::can_write) return;
  for (const auto spoken_for : {store_operation::record_shares, store_operation::share_key,
                                store_operation::set, store_operation::move, store_operation::retry_refused})
    of(spoken_for) = outcome::unknown;
}

bool store_health::reads_up() const noexcept {
  return last_[reading] == outcome::succeeded;
}

bool store_health::writes_up() const noexcept {
  const auto succeeds = [&](store_operation operation) {
    return last_[static_cast<std::size_t>(operation)] == outcome::succeeded;
  };
  return (succeeds(store_operation::can_write) || succeeds(store_operation::bring)) &&
         std::ranges::count(std::span{last_}.first<reading>(), outcome::failed) == 0;
}

bool store_health::anything_fails() const noexcept {
  return std::ranges::count(last_, outcome::failed) > 0;
}

}  // namespace buttond
