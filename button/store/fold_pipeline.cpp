#include "button/store/fold_pipeline.hpp"

#include "button/store/count_expressions.hpp"

namespace buttond {
namespace {

// No fold is as far ahead as that: a `folded` beyond it was written by another program.
constexpr std::int64_t folds_ahead = 1'000'000;

bson_document either(bson_array conditions) {
  return {{"$or", conditions}};
}

bson_document both(const bson_document& left, const bson_document& right) {
  return {{"$and", bson_array{left, right}}};
}

bson_document is_null(std::string_view variable) {
  return {{"$eq", bson_array{variable, bson_null{}}}};
}

bson_document there(std::string_view path) {
  return {{"$not", bson_array{is_missing(path)}}};
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

// Text, arrays, dates and the like are greater than any number, and no plain count is greater than a fold's
// number, which is a time in milliseconds. What is missing or null adds nothing to $sum, and no sum of plain
// counts fails to fit, so that $toLong fails for NaN and the like alone.
bson_document with_plain(std::int64_t n) {
  const bson_document greatest{{"$max", bson_array{"$folded", "$impressions", "$clicks", "$shares"}}};
  const bson_document odd{{"$gt", bson_array{greatest, n + folds_ahead}}};
  const auto sum = [](std::string_view old, std::string_view more) {
    return bson_document{{"$toLong", bson_document{{"$sum", bson_array{old, more}}}}};
  };
  const bson_document counts{{"impressions", sum("$impressions", "$$new.impressions")},
                             {"clicks", sum("$clicks", "$$new.clicks")},
                             {"shares", sum("$shares", "$$new.shares")}};
  const bson_document added{{"$mergeObjects", bson_array{"$$new", counts}}};
  const bson_document done{{"$gte", bson_array{"$folded", n}}};
  const bson_document guarded{{"$cond", bson_array{done, bson_null{}, added}}};
  const bson_document change{{"$cond", bson_array{odd, bson_document{{"repair", n}}, guarded}}};
  return {{"$mergeObjects", bson_array{"$$ROOT", change}}};
}

// A batch's shares are in its links already, where it has a day. What was refused is only for the collection
// that refused it.
void add_links(bson_array& stages, std::int64_t n) {
  const bson_document shares{{"$cond", bson_array{has_type("$day", "date"), 0, "$links.s"}}};
  stages.add(bson_document{{"$group", bson_document{{"_id", "$links.k"},
                                                    {"i", bson_document{{"$sum", "$links.i"}}},
                                                    {"c", bson_document{{"$sum", "$links.c"}}},
                                                    {"s", bson_document{{"$sum", shares}}}}}});
  stages.add(bson_document{{"$project", bson_document{{"_id", 1},
                                                      {"site", site_expression("$_id")},
                                                      {"impressions", clamped({{"$sum", "$i"}})},
                                                      {"clicks", clamped({{"$sum", "$c"}})},
                                                      {"shares", clamped({{"$sum", "$s"}})},
                                                      {"folded", bson_document{{"$literal", n}}}}}});
}

void add_site_days(bson_array& stages, std::int64_t n) {
  const bson_document site_and_day{{"site", site_expression("$links.k")}, {"day", "$day"}};
  stages.add(bson_document{{"$group", bson_document{{"_id", site_and_day},
                                                    {"i", bson_document{{"$sum", "$links.i"}}},
                                                    {"c", bson_document{{"$sum", "$links.c"}}},
                                                    {"s", bson_document{{"$sum", "$links.s"}}}}}});
  const bson_document some{{"$gt", 0}};
  stages.add(bson_document{
      {"$match", bson_document{{"$or", bson_array{bson_document{{"i", some}}, bson_document{{"c", some}},
                                                  bson_document{{"s", some}}}}}}});
  const bson_document date{{"$dateToString", bson_document{{"date", "$_id.day"}, {"format", "%Y-%m-%d"}}}};
  stages.add(bson_document{
      {"$project", bson_document{{"_id", bson_document{{"$concat", bson_array{"$_id.site", "|", date}}}},
                                 {"site", "$_id.site"},
                                 {"day", "$_id.day"},
                                 {"impressions", clamped({{"$sum", "$i"}})},
                                 {"clicks", clamped({{"$sum", "$c"}})},
                                 {"shares", clamped({{"$sum", "$s"}})},
                                 {"folded", bson_document{{"$literal", n}}}}}});
}

}  // namespace

const char* name_of(fold_target target) noexcept {
  return target == fold_target::links ? "links" : "site_days";
}

bson_array fold_sums(fold_target target, std::span<const std::string> ids, std::int64_t n) {
  const bool links = target == fold_target::links;
  const auto others = name_of(links ? fold_target::site_days : fold_target::links);
  bson_document chosen{{"_id", bson_document{{"$in", ids}}}, {"of", bson_document{{"$ne", others}}}};
  if (!links) chosen.add({"day", bson_document{{"$type", "date"}}});
  bson_array stages{
      bson_document{{"$match", chosen}}, bson_document{{"$unwind", "$links"}},
      bson_document{{"$match", bson_document{{"links.k", bson_document{{"$type", "string"}}}}}}};
  links ? add_links(stages, n) : add_site_days(stages, n);
  return stages;
}

bson_array fold_into(fold_target target, std::span<const std::string> ids, std::int64_t n) {
  auto stages = fold_sums(target, ids, n);
  const bson_array matched{bson_document{{"$replaceWith", with_plain(n)}}};
  stages.add(bson_document{{"$merge", bson_document{{"into", name_of(target)},
                                                    {"on", "_id"},
                                                    {"whenMatched", matched},
                                                    {"whenNotMatched", "insert"}}}});
  return stages;
}

bson_array fold_sums_of(fold_target target, std::span<const std::string> ids, std::int64_t n,
                        std::span<const std::string> keys) {
  auto stages = fold_sums(target, ids, n);
  stages.add(bson_document{{"$match", bson_document{{"_id", bson_document{{"$in", keys}}}}}});
  return stages;
}

bson_array fold_one(bson_view sum, std::int64_t n) {
  const bson_document literal{{"$literal", sum}};
  const bson_document change{
      {"$let", bson_document{{"vars", bson_document{{"new", literal}}}, {"in", with_any(n)}}}};
  return bson_array{bson_document{{"$replaceWith", change}}, bson_document{{"$unset", "repair"}}};
}

}  // namespace buttond
