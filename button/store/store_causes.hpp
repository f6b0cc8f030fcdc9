#pragma once
// Why a store's operation failed, in a few fixed words for metrics, and what the operator can do. No state.

#include "common/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

enum class store_cause : std::uint8_t {
  unreachable,
  no_primary,
  timeout,
  unauthorized,  // a wrong password, or no right
  full,
  read_only,
  damaged,
  refused,
  other  // its version, its schema
};
inline constexpr std::array<std::string_view, 9> store_cause_names{"unreachable",  "no_primary", "timeout",
                                                                   "unauthorized", "full",       "read_only",
                                                                   "damaged",      "refused",    "other"};

store_cause cause_of(const error_code& error) noexcept;

/// Whether it may pass by itself; what does not needs a person.
bool may_pass(store_cause cause) noexcept;

/// What the operator can do, as the end of a sentence. `kind` is that of the store.
std::string_view advice(const error_code& error, std::string_view kind) noexcept;

}  // namespace buttond
