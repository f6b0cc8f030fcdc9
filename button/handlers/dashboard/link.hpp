#pragma once
// A link looked up: how its URL becomes a key, whether it counts, its counts, and when it was counted last.
// On a desk's threads.

#include "button/handlers/dashboard/dashboard_parts.hpp"
#include "button/handlers/dashboard/fleet_source.hpp"
#include "button/handlers/dashboard/json_parts.hpp"
#include "button/handlers/site_policy.hpp"

#include <string>
#include <string_view>

namespace buttond {

/// Asks the store at most twice.
desk_answer link_json(const std::string& url, const dashboard_parts& parts, fleet_source& fleet,
                      const site_policy& policy);

/// The same without the store, which does not answer in time.
desk_answer link_json_without_store(const std::string& url, const dashboard_parts& parts,
                                    const site_policy& policy);

}  // namespace buttond
