#include "button/store/link_updates.hpp"

#include "button/store/count_expressions.hpp"
#include "common/url_key.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

namespace buttond {
namespace {

bson_document literal(const bson_value& value) {
  return {{"$literal", value}};
}

bson_document zero_if_missing(std::string_view path) {
  return {{"$cond", bson_array{is_missing(path), 0, path}}};
}

bson_document site_of_link(std::string_view key) {
  return {{"$cond", bson_array{has_type("$site", "string"), "$site", literal(site_of(key))}}};
}

bson_document upsert(const bson_document& selector, const bson_document& fields) {
  return {{"q", selector}, {"u", bson_array{bson_document{{"$set", fields}}}}, {"upsert", true}};
}

}  // namespace

std::span<const char* const> share_windows(shared_by by) noexcept {
  static constexpr std::array<const char*, 2> all{"recent_readers", "recent"};
  return std::span(all).subspan(by == shared_by::reader ? 0 : 1);
}

// A count that is none is left to the fold, which keeps what stood there.
bson_document share_upsert(const share_report& report) {
  const auto windows = share_windows(report.by);
  bson_document selector{{"_id", report.key}};
  for (const auto* const window : windows) selector.add({window, bson_document{{"$ne", report.id}}});
  selector.add({"moved_to", bson_document{{"$not", has_moved()}}});
  const auto* const own = windows.front();
  const auto ids_there = fmt::format("${}", own);
  const bson_document known{
      {"$cond", bson_array{bson_document{{"$isArray", ids_there}}, ids_there, bson_array{}}}};
  const bson_document ids{{"$concatArrays", bson_array{known, bson_array{literal(report.id)}}}};
  const bson_document shares{
      {"$let", bson_document{{"vars", bson_document{{"known", count_or_null("$shares")}}},
                             {"in", count_plus("$$known", report.shares)}}}};
  return upsert(selector, {{"site", site_of_link(report.key)},
                           {"impressions", zero_if_missing("$impressions")},
                           {"clicks", zero_if_missing("$clicks")},
                           {"shares", shares},
                           {"folded", zero_if_missing("$folded")},
                           {own, bson_document{{"$slice", bson_array{ids, -recent_shares_kept}}}}});
}

bson_document set_upsert(const stored_link& link) {
  return upsert({{"_id", link.key}}, {{"site", site_of_link(link.key)},
                                      {"impressions", literal(link.counts.impressions)},
                                      {"clicks", literal(link.counts.clicks)},
                                      {"shares", literal(link.counts.shares)},
                                      {"folded", zero_if_missing("$folded")},
                                      {"moved_to", "$$REMOVE"}});
}

bson_document has_moved() {
  return {{"$gt", ""}};
}

}  // namespace buttond
