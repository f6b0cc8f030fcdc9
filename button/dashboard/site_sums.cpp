#include "button/dashboard/site_sums.hpp"

#include <algorithm>
#include <span>

namespace buttond {
namespace {

/// What a site takes in the map beside its own object: the node's links, and the allocations' heads.
constexpr std::size_t node_bytes = 48;

tally total_of(const site_sums::day_of_sites& sites) {
  tally total;
  for (const auto& [site, counts] : sites) total += counts;
  return total;
}

}  // namespace

std::size_t site_sums::bytes_of(std::string_view site) {
  return sizeof(std::string) + site.size() + sizeof(of_site) + node_bytes;
}

std::size_t site_sums::most_bytes_of(const day_of_sites& sites) {
  std::size_t bytes = 0;
  for (const auto& [site, counts] : sites) bytes += bytes_of(site);
  return bytes;
}

site_sums::of_site* site_sums::find_or_make(std::string_view site, std::size_t most_sites,
                                            std::size_t most_bytes) {
  if (const auto found = sites_.find(site); found != sites_.end()) return &found->second;
  const std::size_t more = bytes_of(site);
  if (sites_.size() >= most_sites || bytes_ + more > most_bytes) return nullptr;
  bytes_ += more;
  return &sites_[std::string(site)];
}

void site_sums::add(const day_of_sites& sites, std::size_t most_sites, std::size_t most_bytes) {
  if (read_days_ == 0) {
    ++read_days_;
    replace_last(sites, most_sites, most_bytes);
    return;
  }
  const int ago = read_days_++;
  if (!sites.empty()) totals_[last_ - std::chrono::days(ago)] = total_of(sites);
  for (const auto& [site, counts] : sites) {
    of_site* const known = find_or_make(site, most_sites, most_bytes);
    if (known == nullptr) continue;
    for (const named_span& each : named_spans) {
      sums& of_span = known->spans[static_cast<std::size_t>(each.span)];
      if (ago < each.days) of_span.before_last += counts;
      if (ago <= each.days)
        of_span.whole_impressions += counts.impressions;
      else if (ago <= 2 * each.days)
        of_span.former_impressions += counts.impressions;
    }
  }
}

void site_sums::replace_last(const day_of_sites& sites, std::size_t most_sites, std::size_t most_bytes) {
  for (auto& [site, known] : sites_) known.last = {};
  for (const auto& [site, counts] : sites) {
    if (of_site* const known = find_or_make(site, most_sites, most_bytes)) known->last = counts;
  }
  totals_[last_] = total_of(sites);
}

std::optional<tally> site_sums::total(std::chrono::sys_days day) const {
  const auto found = totals_.find(day);
  return found != totals_.end() ? std::optional(found->second) : std::nullopt;
}

std::pair<std::vector<site_sum>, std::size_t> site_sums::largest(span_of_days span, std::size_t most,
                                                                 bool comparable) const {
  struct candidate {
    const std::string* site;
    const sums* of_span;
    tally counts;
  };
  std::vector<candidate> all;
  all.reserve(sites_.size());
  for (const auto& [site, known] : sites_) {
    const sums& of_span = known.spans[static_cast<std::size_t>(span)];
    tally counts = of_span.before_last;
    counts += known.last;
    if (counts != tally{}) all.push_back({&site, &of_span, counts});
  }
  const auto shown = static_cast<std::ptrdiff_t>(std::min(most, all.size()));
  std::ranges::partial_sort(all, all.begin() + shown, [](const candidate& left, const candidate& right) {
    return left.counts.impressions != right.counts.impressions
               ? left.counts.impressions > right.counts.impressions
               : *left.site < *right.site;
  });
  std::vector<site_sum> largest;
  for (const candidate& each : std::span(all).first(static_cast<std::size_t>(shown))) {
    site_sum next{*each.site, each.counts, std::nullopt};
    const auto former = static_cast<double>(each.of_span->former_impressions);
    if (comparable && former > 0)
      next.change = (static_cast<double>(each.of_span->whole_impressions) - former) / former;
    largest.push_back(std::move(next));
  }
  return {std::move(largest), all.size()};
}

}  // namespace buttond
