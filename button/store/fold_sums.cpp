#include "button/store/fold_sums.hpp"

#include "common/url_key.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace buttond {
namespace {

void add_to(std::int64_t& sum, std::int64_t more) noexcept {
  if (__builtin_add_overflow(sum, more, &sum))
    sum = more > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

void add_to(tally& sum, const tally& more) noexcept {
  add_to(sum.impressions, more.impressions);
  add_to(sum.clicks, more.clicks);
  add_to(sum.shares, more.shares);
}

bool any(const tally& counts) noexcept {
  return counts.impressions > 0 || counts.clicks > 0 || counts.shares > 0;
}

std::string day_id(std::string_view site, std::chrono::sys_days day) {
  return fmt::format("{}|{:%Y-%m-%d}", site, day);
}

}  // namespace

const char* name_of(fold_target target) noexcept {
  return target == fold_target::links ? "links" : "site_days";
}

std::string_view fold_sum::site() const noexcept {
  return day ? std::string_view{id}.substr(0, id.rfind('|')) : site_of(id);
}

bson_document fold_sum::document(std::int64_t n) const {
  bson_document made{{"_id", id},
                     {"site", site()},
                     {"impressions", counts.impressions},
                     {"clicks", counts.clicks},
                     {"shares", counts.shares},
                     {"folded", n}};
  if (day) made.add({"day", wall_time{*day}});
  return made;
}

// A batch of a day has shares for the day only: they were in their links when they were recorded.
void fold_sums::add(bson_view batch) {
  const auto links = batch.inner("links");
  if (!links) return;
  const auto only_of = batch.text("of");
  const auto day = batch.date("day");
  const bool for_links = only_of != name_of(fold_target::site_days);
  const bool for_days = day && only_of != name_of(fold_target::links);
  std::string_view site;
  tally* of_site =
      nullptr;  // of `site`; a batch's keys are sorted, so the next one is likely to be of it too
  links->for_each([&](std::string_view, bson_view link) {
    const auto key = link.text("k");
    if (key.empty()) return;
    const tally counts{link.number("i"), link.number("c"), link.number("s")};
    if (for_links && !day) add_to(of_link(key), counts);
    const bool only_shares = counts.shares != 0 && counts.impressions == 0 && counts.clicks == 0;
    if (for_links && day && !only_shares) add_to(of_link(key), {counts.impressions, counts.clicks, 0});
    if (!for_days) return;
    if (of_site == nullptr || site_of(key) != site) {
      site = site_of(key);
      of_site = &site_days_[{std::chrono::floor<std::chrono::days>(*day), std::string{site}}];
    }
    add_to(*of_site, counts);
  });
}

tally& fold_sums::of_link(std::string_view key) {
  const auto found = links_.lower_bound(key);
  if (found != links_.end() && found->first == key) return found->second;
  id_bytes_ += key.size();
  return links_.emplace_hint(found, key, tally{})->second;
}

std::vector<fold_sum> fold_sums::sums(fold_target target) const {
  std::vector<fold_sum> all;
  if (target == fold_target::links) {
    all.reserve(links_.size());
    for (const auto& [key, counts] : links_) all.push_back({.id = key, .day = {}, .counts = counts});
    return all;
  }
  for (const auto& [place, counts] : site_days_) {
    const auto& [day, site] = place;
    if (any(counts)) all.push_back({.id = day_id(site, day), .day = day, .counts = counts});
  }
  std::sort(all.begin(), all.end(), [](const fold_sum& a, const fold_sum& b) { return a.id < b.id; });
  return all;
}

bson_document fold_sums_projection() {
  return {{"links", 1}, {"day", 1}, {"of", 1}};
}

}  // namespace buttond
