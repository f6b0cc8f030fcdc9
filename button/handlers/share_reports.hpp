#pragma once
// The body of POST /v1/shares: one report or an array of them, {"url":"..","id":"..","shares":1}.
// Thread-safe: no state.

#include "button/handlers/refused_links.hpp"
#include "button/store/store.hpp"
#include "common/url_key.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace buttond {

inline constexpr std::size_t max_share_id_bytes = 128;
inline constexpr std::size_t max_share_reports = 1'000;
inline constexpr std::int64_t max_reported_shares = 1'000'000'000;

/// The answer to a body of which nothing is counted.
struct refused_reports {
  std::uint16_t status;
  std::string_view code;
  std::string message;
  refused_links links;  // of its reports, those that have no key
};

/// The reports of `body`, at least one; of each link at most recent_shares_kept.
std::variant<std::vector<share_report>, refused_reports> read_share_reports(std::string_view body,
                                                                            const key_rules& rules);

}  // namespace buttond
