#include "button/store/mongodb_store.hpp"

#include "button/store/batch_parts.hpp"
#include "common/url_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace buttond {
namespace {

constexpr auto links = "links";
constexpr auto site_days = "site_days";

/// Updates in one bulk: with keys of 2 KiB some 5 MB, well below what one message may hold.
constexpr std::size_t updates_in_bulk = 1'000;
/// A store that is too slow for that many within the time-out gets half as many at the next try, down to
/// this.
constexpr std::size_t least_updates_in_bulk = 16;
/// Keys in one query: with keys of 2 KiB 10 MB, below the 16 MB of a document.
constexpr std::size_t keys_in_query = 5'000;

bson_document increments(const tally& delta) {
  return {{"impressions", delta.impressions}, {"clicks", delta.clicks}, {"shares", delta.shares}};
}

bson_document site_field(std::string_view key) {
  return {{"site", site_of(key)}};
}

stored_link read_link(bson_view document) {
  return {std::string{document.text("_id")},
          {document.number("impressions"), document.number("clicks"), document.number("shares")}};
}

bson_document counts_only() {
  return {{"impressions", 1}, {"clicks", 1}, {"shares", 1}};
}

}  // namespace

mongodb_store::mongodb_store(const std::string& uri)
    : client_(uri), log_(client_.name()), bulk_(updates_in_bulk) {}

// Each update names its document by _id and asks for a state in which it is not done yet. As an upsert it
// inserts where the document is missing, and meets a duplicate key where the document is there and does not
// match. That is no proof that the update was done: another node may have inserted the document between this
// upsert's look and its insertion. So the updates that met one are sent again without upsert: a match does
// them now, and no match means that they were done before.
result<mongodb_store::once> mongodb_store::update_once(const char* collection, std::size_t first,
                                                       std::size_t count, const update_maker& make,
                                                       std::string& why) {
  std::vector<mongodb_update> updates;
  updates.reserve(count);
  for (std::size_t i = 0; i < count; ++i) updates.push_back(make(first + i));
  auto upserted = client_.update(collection, updates, true, why);
  if (!upserted) return upserted.error();

  once result{.done = upserted->matched + upserted->inserted, .not_matched = 0, .in_question = {}};
  if (upserted->duplicates.empty()) return result;
  std::vector<mongodb_update> again;
  again.reserve(upserted->duplicates.size());
  for (const auto index : upserted->duplicates) {
    again.push_back(std::move(updates[index]));
    result.in_question.push_back(first + index);
  }
  const auto updated = client_.update(collection, again, false, why);
  if (!updated) return updated.error();
  result.done += updated->matched;
  result.not_matched = static_cast<std::int64_t>(again.size()) - updated->matched;
  return result;
}

result<void> mongodb_store::apply_to(const char* collection, std::span<const std::string_view> ids,
                                     const update_maker& make, const batch& b, std::string& why) {
  const auto applied = fmt::format("applied.{}", b.node);
  std::size_t count = 0;
  for (std::size_t first = 0; first < ids.size(); first += count) {
    const std::size_t bulk = bulk_.load(std::memory_order_relaxed);
    count = std::min(bulk, ids.size() - first);
    const auto done = update_once(collection, first, count, make, why);
    if (!done) {
      if (done.error() == errc::store_timeout) bulk_ = std::max(bulk / 2, least_updates_in_bulk);
      return done.error();
    }
    bulk_ = std::min(bulk + bulk / 8, updates_in_bulk);
    if (done->not_matched == 0) continue;

    // "Done before" can be read in the documents, so it is: what is not there (a document that was deleted
    // meanwhile, an index of somebody else's that refuses it) must not pass for counted.
    std::vector<std::string_view> in_question;
    for (const auto index : done->in_question) in_question.push_back(ids[index]);
    std::size_t proved = 0;
    const auto read = client_.find(
        collection,
        {{"_id", bson_document{{"$in", in_question}}}, {applied, bson_document{{"$gte", b.number}}}},
        {{"projection", bson_document{{"_id", 1}}}, {"batchSize", std::int64_t{updates_in_bulk + 1}}},
        [&](bson_view) { ++proved; }, why);
    if (!read) return read;
    if (proved != in_question.size()) {
      why = fmt::format("{} of {} documents in {} neither took an update nor have it already",
                        in_question.size() - proved, count, collection);
      return errc::store_refused;
    }
  }
  return {};
}

result<void> mongodb_store::apply(const batch& b) {
  if (!valid_node(b.node)) return log_.failed("apply", errc::store_refused, "the node's name is not valid");
  const auto applied = fmt::format("applied.{}", b.node);
  const bson_document before{{"$not", bson_document{{"$gte", b.number}}}};
  const bson_document mark{{applied, b.number}};

  std::vector<std::string_view> keys;
  keys.reserve(b.links.size());
  for (const auto& link : b.links) keys.push_back(link.key);
  std::string why;
  auto done = apply_to(
      links, keys,
      [&](std::size_t i) -> mongodb_update {
        const auto& [key, delta] = b.links[i];
        return {{{"_id", key}, {applied, before}},
                {{"$inc", increments(delta)}, {"$set", mark}, {"$setOnInsert", site_field(key)}}};
      },
      b, why);

  if (done && b.day) {
    const auto totals = site_totals(b.links);
    const auto day = day_text(*b.day);
    std::vector<std::string> names;
    names.reserve(totals.size());
    for (const auto& total : totals) names.push_back(fmt::format("{}|{}", total.site, day));
    const std::vector<std::string_view> ids(names.begin(), names.end());
    done = apply_to(
        site_days, ids,
        [&](std::size_t i) -> mongodb_update {
          const bson_document delta{{"impressions", totals[i].impressions}, {"clicks", totals[i].clicks}};
          return {{{"_id", ids[i]}, {applied, before}}, {{"$inc", delta}, {"$set", mark}}};
        },
        b, why);
  }
  if (!done) return log_.failed("apply", done.error(), why);
  log_.succeeded();
  return {};
}

result<std::vector<std::optional<tally>>> mongodb_store::find(std::span<const std::string> keys) {
  std::vector<std::optional<tally>> tallies(keys.size());
  std::unordered_map<std::string, tally> found;
  for (std::size_t first = 0; first < keys.size(); first += keys_in_query) {
    const auto some = keys.subspan(first, std::min(keys_in_query, keys.size() - first));
    const std::vector<std::string_view> ids(some.begin(), some.end());
    found.clear();
    std::string why;
    const auto read = client_.find(
        links, {{"_id", bson_document{{"$in", ids}}}},
        {{"projection", counts_only()},
         {"batchSize", static_cast<std::int64_t>(ids.size() + 1)},
         {"maxTimeMS", 2'000}},
        [&](bson_view document) {
          auto link = read_link(document);
          found.emplace(std::move(link.key), link.counts);
        },
        why);
    if (!read) return log_.failed("find", read.error(), why);
    for (std::size_t i = 0; i < some.size(); ++i)
      if (const auto it = found.find(some[i]); it != found.end()) tallies[first + i] = it->second;
  }
  log_.succeeded();
  return tallies;
}

result<shares_recorded> mongodb_store::record_shares(std::span<const share_report> reports) {
  const auto make = [&](std::size_t i) -> mongodb_update {
    const auto& report = reports[i];
    const std::string_view id[]{report.id};
    const bson_document push{{"$each", id}, {"$slice", -recent_shares_kept}};
    return {{{"_id", report.key}, {"recent", bson_document{{"$ne", report.id}}}},
            {{"$inc", increments({0, 0, report.shares})},
             {"$push", bson_document{{"recent", push}}},
             {"$setOnInsert", site_field(report.key)}}};
  };
  shares_recorded recorded;
  for (std::size_t first = 0; first < reports.size(); first += updates_in_bulk) {
    std::string why;
    const auto done = update_once(links, first, std::min(updates_in_bulk, reports.size() - first), make, why);
    if (!done) return log_.failed("record_shares", done.error(), why);
    recorded.counted += done->done;
    recorded.repeated += done->not_matched;
  }
  log_.succeeded();
  return recorded;
}

result<void> mongodb_store::set(std::span<const stored_link> stored) {
  const auto make = [&](std::size_t i) -> mongodb_update {
    const auto& [key, counts] = stored[i];
    return {{{"_id", key}}, {{"$set", increments(counts)}, {"$setOnInsert", site_field(key)}}};
  };
  for (std::size_t first = 0; first < stored.size(); first += updates_in_bulk) {
    std::string why;
    const auto count = std::min(updates_in_bulk, stored.size() - first);
    const auto done = update_once(links, first, count, make, why);
    if (!done) return log_.failed("set", done.error(), why);
    if (done->not_matched != 0)
      return log_.failed("set", errc::store_refused, "a link was deleted meanwhile");
  }
  log_.succeeded();
  return {};
}

result<void> mongodb_store::for_each(const std::function<void(const stored_link&)>& visit) {
  std::string why;
  const auto read = client_.find(
      links, {}, {{"projection", counts_only()}, {"sort", bson_document{{"_id", 1}}}, {"batchSize", 1'000}},
      [&](bson_view document) { visit(read_link(document)); }, why);
  if (!read) return log_.failed("read all", read.error(), why);
  log_.succeeded();
  return {};
}

result<void> mongodb_store::ping() {
  std::string why;
  if (const auto answered = client_.ping(why); !answered) return log_.failed("ping", answered.error(), why);
  log_.succeeded();
  return {};
}

result<bring_report> mongodb_store::bring(std::span<const batch> batches) {
  for (const auto& each : batches)
    if (auto done = apply(each); !done) return done.error();
  return bring_report{};
}

result<fold_report> mongodb_store::fold(fold_turn) {
  return fold_report{};
}

result<void> mongodb_store::for_each_refused(const std::function<void(const refused_item&)>&) {
  return {};
}

result<std::int64_t> mongodb_store::retry_refused(std::string_view) {
  return std::int64_t{0};
}

}  // namespace buttond
