#pragma once
// What the handlers of all loops share. Owned by app; every member is safe to use from any loop.

#include "button/counts/count_cache.hpp"
#include "button/counts/count_loader.hpp"
#include "button/handlers/filter.hpp"
#include "button/handlers/link_budget.hpp"
#include "button/shares/share_ids.hpp"
#include "button/shares/share_recorder.hpp"
#include "common/fingerprint.hpp"
#include "common/url_key.hpp"

#include <atomic>
#include <chrono>
#include <string>

namespace buttond {

struct site_pages;
class site_views;

/// What the configuration says to the handlers.
struct handler_settings {
  key_rules rules;
  std::chrono::milliseconds miss_wait{50};
  std::chrono::milliseconds fresh{30'000};
  std::string public_origin;  // as pages reach this server; empty: as the request's Host says
  bool jsonp = true;          // whether the Buffer API takes a callback
};

struct services {
  const handler_settings& settings;
  const fingerprinter& fingerprint_of;
  count_cache& cache;
  count_loader& loader;
  const impression_filter& filter;
  link_budget* new_links;  // null for no limit
  const share_ids& ids;    // of the share page
  share_recorder& shares;
  const std::atomic<bool>& draining;
  const site_pages& pages;
  site_views& views;
};

}  // namespace buttond
