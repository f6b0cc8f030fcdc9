#pragma once
// Reads what the page of a site says, out of the store, of this node and of what the other nodes tell. It
// blocks: any thread but an event loop's. Stateless.

#include "button/dashboard/recent_links.hpp"
#include "button/handlers/dashboard/site_facts.hpp"
#include "button/handlers/turned_away.hpp"
#include "button/store/survey.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace buttond {

/// All must outlive whoever reads.
struct site_sources {
  survey& store;
  const recent_links& recent;
  /// What this node did not count; nothing where its loops do not say. It may wait for them a while.
  std::function<std::optional<turned_away_numbers>()> turned_away;
  /// Whether a report is this node's own.
  std::function<bool(const std::string& node)> is_own;
  const clock& time;
};

/// No question is begun later than this after the first: so a page takes at most this and survey_patience.
inline constexpr std::chrono::milliseconds site_reading_time{2'000};

/// Of the facts, those that the question's page or table has.
site_facts read_site(const site_question& asked, const site_sources& from);

}  // namespace buttond
