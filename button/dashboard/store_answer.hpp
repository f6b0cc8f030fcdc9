#pragma once
// How the store answered what people ask, as panels and pages say it. No state: any thread.

#include "common/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

enum class store_answer : std::uint8_t {
  ok,
  slow,  // it did not answer in time
  away   // it could not be asked
};
inline constexpr std::array<std::string_view, 3> store_answer_names{"ok", "slow", "away"};

constexpr std::string_view name_of(store_answer answer) noexcept {
  return store_answer_names[static_cast<std::size_t>(answer)];
}

/// No failure is an answer.
inline store_answer answer_of(const error_code& failure) noexcept {
  if (!failure) return store_answer::ok;
  return failure == errc::store_timeout ? store_answer::slow : store_answer::away;
}

}  // namespace buttond
