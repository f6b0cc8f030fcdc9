#pragma once
// What one loop's handlers work with: the shared services, the loop's own counter, and memory used again from
// request to request, so that a hit allocates nothing. Owned by the loop's request handler; loop thread only.

#include "button/counts/count_loader.hpp"
#include "button/handlers/bots/bot_memo.hpp"
#include "button/handlers/bots/last_bot.hpp"
#include "button/handlers/links.hpp"
#include "button/handlers/refused_links.hpp"
#include "button/handlers/services.hpp"
#include "button/handlers/site_policy.hpp"
#include "button/handlers/turned_away.hpp"
#include "button/impressions/impression_counter.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buttond {

/// A link's shares; nothing where they are not known at the moment, its site is not listed, or the URL has no
/// key.
using share_count = std::optional<std::int64_t>;

/// Nothing in it outlasts the request that is being answered.
struct request_scratch {
  std::string query;  // what of it was decoded
  link_list links;
  std::array<share_count, max_links> shares;
  std::vector<link_id> stale;  // links that are to be asked for again
};

/// Of events that are not counted.
struct filtered_events {
  turned_away noted;
  last_bot bot;
};

struct loop_context {
  loop_context(const services& with, impression_counter& counts, site_policy_ptr current)
      : shared(with),
        counter(counts),
        policy(std::move(current)),
        filtered(std::make_unique<filtered_events>()) {}

  const services& shared;
  impression_counter& counter;
  site_policy_ptr policy;  // shared with other loops
  bot_memo bots;
  refused_links refused;
  request_scratch scratch;
  const std::unique_ptr<filtered_events> filtered;  // apart: what is counted has no use for it
};

}  // namespace buttond
