#pragma once
// What both stores do with a batch before they write it.

#include "button/store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// Whether `node` may name a batch: letters, digits and '-' only, at most 64 of them, so that it is safe as
/// the name of a field ("applied.<node>").
bool valid_node(std::string_view node) noexcept;

/// The impressions and clicks of one site in a batch.
struct site_total {
  std::string_view site;  // points into the batch's keys
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
};

/// The sites of a batch, each once, in order; sites with nothing to add are left out.
std::vector<site_total> site_totals(std::span<const link_delta> links);

/// "YYYY-MM-DD".
std::string day_text(std::chrono::sys_days day);

}  // namespace buttond
