#include "button/store/mongodb_refused.hpp"

#include "button/store/batch_parts.hpp"
#include "button/store/count_expressions.hpp"
#include "button/store/mongodb_errors.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <tuple>

namespace buttond {
namespace {

constexpr auto collection = "refused";
constexpr std::int64_t items_in_fold = 1'000;
constexpr auto why_set_aside =
    "the store has other batches of this node by these numbers: a copy of its data directory, or a backup? "
    "What the other process counted stands; count this one too only if it is not the same";

std::string sum_id(fold_target target, std::int64_t n, std::string_view key) {
  return fmt::format("{}|{}|{}", n, name_of(target), key);
}

bson_document one_of(std::span<const std::string> texts) {
  return {{"$in", texts}};
}

}  // namespace

result<void> mongodb_refused::insert(const bson_array& documents, std::string& why) {
  if (documents.empty()) return {};
  const auto reply =
      client_.write({{"insert", collection}, {"ordered", false}, {"documents", documents}}, why);
  if (!reply) return reply.error();
  for (const auto& error : write_errors(*reply)) {
    if (error.duplicate) continue;
    why = fmt::format("`refused`: {}", error.message);
    return error.error;
  }
  return {};
}

result<void> mongodb_refused::set_aside(std::span<const batch> batches, std::string& why) {
  const wall_time now = std::chrono::system_clock::now();
  bson_array documents;
  for (const auto& b : batches) {
    documents.add(bson_document{{"_id", refused_batch_id(b.node, {b.number, b.sum})},
                                {"of", "batch"},
                                {"node", b.node},
                                {"number", b.number},
                                {"sum", b.sum},
                                {"day", day_value(b.day)},
                                {"links", link_documents(b.links)},
                                {"why", why_set_aside},
                                {"at", now}});
  }
  return insert(documents, why);
}

// The server copies them: a batch is 100 KB.
result<tally> mongodb_refused::set_aside(std::span<const waiting_batch> batches, std::string& why) {
  std::vector<std::string> ids;
  std::vector<std::string> refused_ids;
  std::vector<std::string> sums;
  for (const auto& b : batches) {
    ids.push_back(b.id());
    refused_ids.push_back(refused_batch_id(b.node, {b.number, b.sum}));
    sums.push_back(b.sum);
  }
  const bson_document these{{"_id", one_of(ids)}, {"sum", one_of(sums)}};
  const bson_document number{{"$toString", "$number"}};
  const bson_document copied{
      {"_id", bson_document{{"$concat", bson_array{"$node", "|", number, "|", "$sum"}}}},
      {"of", "batch"},
      {"node", "$node"},
      {"number", "$number"},
      {"sum", "$sum"},
      {"day", "$day"},
      {"links", "$links"},
      {"why", why_set_aside},
      {"at", "$$NOW"}};
  const bson_document into{
      {"into", collection}, {"on", "_id"}, {"whenMatched", "keepExisting"}, {"whenNotMatched", "insert"}};
  const auto moved = client_.write(
      {{"aggregate", batches_collection},
       {"pipeline", bson_array{bson_document{{"$match", these}}, bson_document{{"$replaceWith", copied}},
                               bson_document{{"$merge", into}}}},
       {"cursor", bson_document{}}},
      why);
  if (!moved) return moved.error();
  const bson_document one{{"q", these}, {"limit", 0}};
  const auto deleted = client_.write({{"delete", batches_collection}, {"deletes", bson_array{one}}}, why);
  if (!deleted) return deleted.error();

  tally total;
  const auto sum_of = [](const char* path) { return bson_document{{"$sum", bson_document{{"$sum", path}}}}; };
  const auto read = client_.aggregate(
      collection,
      bson_array{bson_document{{"$match", bson_document{{"_id", one_of(refused_ids)}}}},
                 bson_document{{"$group", bson_document{{"_id", bson_null{}},
                                                        {"i", sum_of("$links.i")},
                                                        {"c", sum_of("$links.c")},
                                                        {"s", sum_of("$links.s")}}}}},
      mongodb_read::newest,
      [&](bson_view sum) {
        total = {sum.number("i"), sum.number("c"), sum.number("s")};
      },
      why);
  if (!read) return read.error();
  return total;
}

result<void> mongodb_refused::keep(fold_target target, std::int64_t n, std::span<const refused_sum> sums,
                                   std::string& why) {
  const wall_time now = std::chrono::system_clock::now();
  bson_array documents;
  for (const auto& [sum, reason] : sums) {
    const bson_document counts{{"k", sum.day ? sum.site() : std::string_view{sum.id}},
                               {"i", sum.counts.impressions},
                               {"c", sum.counts.clicks},
                               {"s", sum.counts.shares}};
    documents.add(bson_document{{"_id", sum_id(target, n, sum.id)},
                                {"of", name_of(target)},
                                {"day", day_value(sum.day)},
                                {"links", bson_array{counts}},
                                {"n", n},
                                {"why", reason},
                                {"at", now}});
  }
  return insert(documents, why);
}

result<std::vector<std::string>> mongodb_refused::kept_of(fold_target target, std::int64_t n,
                                                          std::string& reason, std::string& why) {
  std::vector<std::string> keys;
  const auto before_key = sum_id(target, n, "").size();
  const auto read = client_.find(
      collection, {{"n", n}, {"of", name_of(target)}}, {{"projection", bson_document{{"why", 1}}}},
      mongodb_read::newest,
      [&](bson_view item) {
        keys.emplace_back(item.text("_id").substr(before_key));
        reason = item.text("why");
      },
      why);
  if (!read) return read.error();
  return keys;
}

result<std::int64_t> mongodb_refused::refused_again(std::span<const std::string> items, std::int64_t n,
                                                    std::string& why) {
  using place = std::tuple<std::string, std::string, std::optional<wall_time>>;
  const auto place_of = [](bson_view item) {
    const auto links = item.inner("links");
    const auto first = links ? links->inner("0") : std::nullopt;
    return place{item.text("of"), first ? first->text("k") : "", item.date("day")};
  };
  std::set<place> places;
  std::int64_t again = 0;
  const bson_document fields{{"projection", bson_document{{"of", 1}, {"links.k", 1}, {"day", 1}}}};
  auto read = client_.find(
      collection, {{"n", n}}, fields, mongodb_read::newest,
      [&](bson_view item) { places.insert(place_of(item)); }, why);
  if (read && !places.empty()) {
    read = client_.find(
        collection, {{"_id", one_of(items)}}, fields, mongodb_read::newest,
        [&](bson_view item) { again += places.contains(place_of(item)) ? 1 : 0; }, why);
  }
  if (!read) return read.error();
  return again;
}

result<void> mongodb_refused::withdraw(fold_target target, std::int64_t n, std::span<const std::string> keys,
                                       std::string& why) {
  if (keys.empty()) return {};
  std::vector<std::string> ids;
  for (const auto& key : keys) ids.push_back(sum_id(target, n, key));
  const bson_document these{{"q", bson_document{{"_id", one_of(ids)}}}, {"limit", 0}};
  const auto deleted = client_.write({{"delete", collection}, {"deletes", bson_array{these}}}, why);
  if (!deleted) return deleted.error();
  return {};
}

result<bool> mongodb_refused::has_batch(std::string_view node, const batch_mark& place, std::string& why) {
  return has(refused_batch_id(node, place), why);
}

result<bool> mongodb_refused::has(std::string_view id, std::string& why) {
  bool found = false;
  const auto read = client_.find(
      collection, {{"_id", id}}, {{"projection", bson_document{{"_id", 1}}}}, mongodb_read::newest,
      [&](bson_view) { found = true; }, why);
  if (!read) return {boost::system::in_place_error, read.error()};
  return found;
}

result<std::vector<std::string>> mongodb_refused::refused_until(std::int64_t n, std::string& why) {
  std::vector<std::string> ids;
  const bson_document kinds{
      {"$in", bson_array{name_of(fold_target::links), name_of(fold_target::site_days)}}};
  const auto read = client_.find(
      collection, {{"of", kinds}, {"n", bson_document{{"$lte", n}}}},
      {{"projection", bson_document{{"_id", 1}}},
       {"sort", bson_document{{"n", 1}}},
       {"limit", items_in_fold}},
      mongodb_read::committed, [&](bson_view item) { ids.emplace_back(item.text("_id")); }, why);
  if (!read) return read.error();
  return ids;
}

result<std::int64_t> mongodb_refused::count(std::string& why) {
  const auto reply = client_.read({{"count", collection}}, mongodb_read::newest, why);
  if (!reply) return reply.error();
  return bson_view{*reply}.number("n");
}

result<void> mongodb_refused::for_each(const std::function<void(const refused_item&)>& visit,
                                       std::string& why) {
  const bson_document links{
      {"$cond", bson_array{bson_document{{"$isArray", "$links"}}, "$links", bson_array{}}}};
  const bson_document keys{{"$map", bson_document{{"input", links}, {"in", "$$this.k"}}}};
  const bson_document fields{{"of", 1},
                             {"why", 1},
                             {"at", 1},
                             {"links", bson_document{{"$size", links}}},
                             {"first", bson_document{{"$arrayElemAt", bson_array{keys, 0}}}},
                             {"i", bson_document{{"$sum", "$links.i"}}},
                             {"c", bson_document{{"$sum", "$links.c"}}},
                             {"s", bson_document{{"$sum", "$links.s"}}}};
  return client_.aggregate(
      collection,
      bson_array{bson_document{{"$sort", bson_document{{"_id", 1}}}}, bson_document{{"$project", fields}}},
      mongodb_read::committed,
      [&](bson_view item) {
        visit({.id = std::string{item.text("_id")},
               .kind = std::string{item.text("of")},
               .why = std::string{item.text("why")},
               .at = item.date("at").value_or(wall_time{}),
               .links = item.number("links"),
               .first_key = std::string{item.text("first")},
               .counts = {item.number("i"), item.number("c"), item.number("s")}});
      },
      why);
}

}  // namespace buttond
