#include "button/store/batch_parts.hpp"

#include "common/url_key.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace buttond {

bool valid_node(std::string_view node) noexcept {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !node.empty() && node.size() <= 64 && std::all_of(node.begin(), node.end(), allowed);
}

std::vector<site_total> site_totals(std::span<const link_delta> links) {
  std::vector<site_total> totals;
  totals.reserve(links.size());
  for (const auto& link : links) {
    if (link.delta.impressions == 0 && link.delta.clicks == 0) continue;
    totals.push_back({site_of(link.key), link.delta.impressions, link.delta.clicks});
  }
  std::sort(totals.begin(), totals.end(),
            [](const site_total& left, const site_total& right) { return left.site < right.site; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (kept != 0 && totals[kept - 1].site == totals[i].site) {
      totals[kept - 1].impressions += totals[i].impressions;
      totals[kept - 1].clicks += totals[i].clicks;
    } else {
      totals[kept++] = totals[i];
    }
  }
  totals.resize(kept);
  return totals;
}

std::string day_text(std::chrono::sys_days day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace buttond
