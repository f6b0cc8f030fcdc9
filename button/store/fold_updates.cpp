#include "button/store/fold_updates.hpp"

#include "button/store/count_expressions.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

namespace buttond {
namespace {

// No fold is as far ahead as that: a `folded` beyond it was written by another program.
constexpr std::int64_t folds_ahead = 1'000'000;

// Two counts below this one have a sum that fits.
constexpr std::int64_t beyond_plain = std::int64_t{1} << 62;

bson_document either(bson_array conditions) {
  return {{"$or", conditions}};
}

bson_document both(const bson_document& left, const bson_document& right) {
  return {{"$and", bson_array{left, right}}};
}

bson_document is_null(std::string_view variable) {
  return {{"$eq", bson_array{variable, bson_null{}}}};
}

/// Whether anything stands there: what is missing is less than null.
bson_document there(std::string_view path) {
  return {{"$gt", bson_array{path, bson_null{}}}};
}

/// Whether a fold can have written `$$folded`, with the number `n` or after it.
bson_document has_fold(std::int64_t n) {
  return both({{"$gte", bson_array{"$$folded", n}}}, {{"$lte", bson_array{"$$folded", n + folds_ahead}}});
}

bson_document no_fold_wrote(std::int64_t n) {
  return both(there("$folded"),
              either({is_null("$$folded"), bson_document{{"$lt", bson_array{"$$folded", 0}}},
                      bson_document{{"$gt", bson_array{"$$folded", n + folds_ahead}}}}));
}

/// {field: its old value} where `broken`, else nothing.
bson_document kept_if(const bson_document& broken, std::string_view field, const std::string& path) {
  return {{"$cond", bson_array{broken, bson_document{{field, path}}, bson_document{}}}};
}

/// The field `repaired` of a document in which something stood that cannot be there.
bson_document repaired(std::int64_t n) {
  const auto no_count = [](std::string_view variable, std::string_view path) {
    return both(is_null(variable), there(path));
  };
  const auto impressions = no_count("$$impressions", "$impressions");
  const auto clicks = no_count("$$clicks", "$clicks");
  const auto shares = no_count("$$shares", "$shares");
  const auto folded = no_fold_wrote(n);
  const bson_array old{bson_document{{"n", n}}, kept_if(impressions, "impressions", "$impressions"),
                       kept_if(clicks, "clicks", "$clicks"), kept_if(shares, "shares", "$shares"),
                       kept_if(folded, "folded", "$folded")};
  return {{"$cond",
           bson_array{either({impressions, clicks, shares, folded}),
                      bson_document{{"repaired", bson_document{{"$mergeObjects", old}}}}, bson_document{}}}};
}

/// The document, whatever is in it, with the sum `$$new`; as it is, where fold `n` added it before.
bson_document with_any(std::int64_t n) {
  const bson_document counts{{"impressions", count_plus("$$impressions", "$$new.impressions")},
                             {"clicks", count_plus("$$clicks", "$$new.clicks")},
                             {"shares", count_plus("$$shares", "$$new.shares")}};
  const bson_document added{{"$mergeObjects", bson_array{"$$ROOT", "$$new", counts, repaired(n)}}};
  const bson_document numbers{{"impressions", count_or_null("$impressions")},
                              {"clicks", count_or_null("$clicks")},
                              {"shares", count_or_null("$shares")},
                              {"folded", count_or_null("$folded")}};
  const bson_document guarded{{"$cond", bson_array{has_fold(n), "$$ROOT", added}}};
  return {{"$let", bson_document{{"vars", numbers}, {"in", guarded}}}};
}

/// What a field of a document holds that is as buttond writes it: `$inc` cannot fail on it. An array of such
/// passes too; on that one it does fail.
bson_document plain_count() {
  return {{"$type", "long"}, {"$gte", 0}, {"$lt", beyond_plain}};
}

bool is_plain(const tally& counts) noexcept {
  const auto fits = [](std::int64_t count) { return count >= 0 && count < beyond_plain; };
  return fits(counts.impressions) && fits(counts.clicks) && fits(counts.shares);
}

auto order_of(const tally& counts) noexcept {
  return std::tuple{counts.impressions, counts.clicks, counts.shares};
}

bson_document plain_update(fold_target target, const std::vector<std::string>& ids, const tally& counts,
                           std::int64_t n) {
  bson_document which{{"_id", bson_document{{"$in", ids}}},
                      {"site", bson_document{{"$type", "string"}}},
                      {"impressions", plain_count()},
                      {"clicks", plain_count()},
                      {"shares", plain_count()},
                      {"folded", bson_document{{"$type", "long"}, {"$gte", 0}, {"$lt", n}}},
                      {"moved_to", bson_null{}}};
  if (target == fold_target::site_days) which.add({"day", bson_document{{"$type", "date"}}});
  bson_document change{{"$set", bson_document{{"folded", n}}}};
  bson_document more;
  if (counts.impressions != 0) more.add({"impressions", counts.impressions});
  if (counts.clicks != 0) more.add({"clicks", counts.clicks});
  if (counts.shares != 0) more.add({"shares", counts.shares});
  if (counts != tally{}) change.add({"$inc", more});
  return {{"q", which}, {"u", change}, {"multi", true}};
}

}  // namespace

bool was_folded(bson_view document, std::int64_t n) noexcept {
  const auto folded = document.number("folded");
  return folded >= n && folded <= n + folds_ahead;
}

bson_array plain_updates(fold_target target, std::span<const fold_sum> sums, std::int64_t n) {
  std::vector<const fold_sum*> plain;
  for (const auto& sum : sums)
    if (is_plain(sum.counts)) plain.push_back(&sum);
  std::stable_sort(plain.begin(), plain.end(), [](const fold_sum* a, const fold_sum* b) {
    return order_of(a->counts) < order_of(b->counts);
  });
  bson_array updates;
  for (auto first = plain.begin(); first != plain.end();) {
    const auto last = std::find_if(first, plain.end(),
                                   [&](const fold_sum* sum) { return sum->counts != (*first)->counts; });
    std::vector<std::string> ids;
    for (auto same = first; same != last; ++same) ids.push_back((*same)->id);
    updates.add(plain_update(target, ids, (*first)->counts, n));
    first = last;
  }
  return updates;
}

bson_document upsert_into_any(const fold_sum& sum, std::int64_t n) {
  const bson_document literal{{"$literal", sum.document(n)}};
  const bson_document change{
      {"$let", bson_document{{"vars", bson_document{{"new", literal}}}, {"in", with_any(n)}}}};
  return {{"q", bson_document{{"_id", sum.id}}},
          {"u", bson_array{bson_document{{"$replaceWith", change}}}},
          {"upsert", true}};
}

}  // namespace buttond
