#include "button/store/fold_addition.hpp"

#include "button/store/mongodb_errors.hpp"
#include "button/store/mongodb_indexes.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace buttond {
namespace {

// A pipeline takes some 4 KB as a document.
constexpr std::size_t upserts_in_bulk = 500;
constexpr std::size_t keys_in_log = 3;

const char* source_of(const fold_state& fold) noexcept {
  return fold.source == fold_source::refused ? "refused" : batches_collection;
}

}  // namespace

// The primary's newest state is read: it has every batch that `take` names, for a majority acknowledged them
// before the fold was decided. A majority's state, as a new primary knows it, may lag behind that. Should
// this be a primary of yesterday's, no majority acknowledges what it writes, and that is a failure.
result<fold_added> fold_addition::add(fold_target target, const fold_state& fold, std::string& why) {
  // The server gives up before the caller does: nobody is left to wait for it.
  const auto longest = client_.longest_call() * 9 / 10;
  const auto added = client_.write({{"aggregate", source_of(fold)},
                                    {"pipeline", fold_into(target, fold.take, fold.n)},
                                    {"cursor", bson_document{}},
                                    {"allowDiskUse", true},
                                    {"maxTimeMS", longest.count()},
                                    {"readConcern", bson_document{{"level", "local"}}}},
                                   why);
  if (!added && added.error() != errc::store_refused) return added.error();
  fold_added done;
  const auto repaired = added ? add_marked(target, fold, why)
                              : add_one_by_one(target, fold, fold_sums(target, fold.take, fold.n), why);
  if (!repaired) return repaired.error();
  done.repaired = *repaired;
  const auto refused = settle_refused(target, fold.n, why);
  if (!refused) return refused.error();
  done.refused = *refused;
  return done;
}

// Found by their index: without it the whole collection would be read. Then all of the sums are added again,
// which changes nothing but the documents that wait for it.
result<std::int64_t> fold_addition::add_marked(fold_target target, const fold_state& fold, std::string& why) {
  std::vector<std::string> keys;
  const auto read = client_.find(
      name_of(target), {{"repair", fold.n}},
      {{"projection", bson_document{{"_id", 1}}}, {"hint", repair_index()}}, mongodb_read::newest,
      [&](bson_view document) { keys.emplace_back(document.text("_id")); }, why);
  if (!read && read.error() == errc::store_refused) {
    make_indexes(client_);
    return add_one_by_one(target, fold, fold_sums(target, fold.take, fold.n), why);
  }
  if (!read) return read.error();
  if (keys.empty()) return 0;
  return add_one_by_one(target, fold, fold_sums_of(target, fold.take, fold.n, keys), why);
}

// An aggregation stops at the first document that the server will not take, and does not say which. Single
// updates say it themselves.
result<std::int64_t> fold_addition::add_one_by_one(fold_target target, const fold_state& fold,
                                                   const bson_array& summing, std::string& why) {
  std::vector<bson_document> sums;
  const auto summed = client_.aggregate(
      source_of(fold), summing, mongodb_read::newest, [&](bson_view sum) { sums.emplace_back(sum); }, why);
  if (!summed) return summed.error();
  std::int64_t repaired = 0;
  while (!sums.empty()) {
    const auto some = std::min(upserts_in_bulk, sums.size());
    std::vector<bson_document> bulk(std::make_move_iterator(sums.end() - static_cast<std::ptrdiff_t>(some)),
                                    std::make_move_iterator(sums.end()));
    sums.resize(sums.size() - some);
    std::vector<std::string> keys;
    for (const auto& sum : bulk) keys.emplace_back(bson_view{sum}.text("_id"));
    const auto refused = upsert(target, fold.n, std::move(bulk), why);
    if (!refused) return refused.error();
    // Kept before its batches may go.
    if (const auto kept = refused_.keep(target, fold.n, *refused, why); !kept) return kept.error();
    const auto found = count_repaired(target, fold.n, keys, why);
    if (!found) return found;
    repaired += *found;
  }
  return repaired;
}

// A duplicate key may be another folder's insertion of the same document in this moment: then it is there
// when it is asked again. One that stays is somebody's own index.
result<std::vector<refused_sum>> fold_addition::upsert(fold_target target, std::int64_t n,
                                                       std::vector<bson_document> sums, std::string& why) {
  std::vector<refused_sum> refused;
  for (const bool last : {false, true}) {
    if (sums.empty()) break;
    bson_array updates;
    for (const auto& sum : sums) {
      updates.add(bson_document{{"q", bson_document{{"_id", bson_view{sum}.text("_id")}}},
                                {"u", fold_one(sum, n)},
                                {"upsert", true}});
    }
    const auto reply =
        client_.write({{"update", name_of(target)}, {"ordered", false}, {"updates", updates}}, why);
    if (!reply) return reply.error();
    std::vector<bson_document> again;
    for (const auto& error : write_errors(*reply)) {
      if (error.error != errc::store_refused) {
        why = error.message;
        return error.error;
      }
      auto& sum = sums.at(error.index);
      if (error.duplicate && !last)
        again.push_back(std::move(sum));
      else
        refused.push_back({std::move(sum), error.message});
    }
    sums = std::move(again);
  }
  return refused;
}

// The server's mind may change while a fold is done, by this folder again or by another one: what got in
// after all is not to be tried again.
result<std::int64_t> fold_addition::settle_refused(fold_target target, std::int64_t n, std::string& why) {
  std::string reason;
  auto keys = refused_.kept_of(target, n, reason, why);
  if (!keys) return keys.error();
  if (keys->empty()) return 0;
  std::vector<std::string> added;
  const auto read = client_.find(
      name_of(target), {{"_id", bson_document{{"$in", *keys}}}, {"folded", n}},
      {{"projection", bson_document{{"_id", 1}}}}, mongodb_read::newest,
      [&](bson_view document) { added.emplace_back(document.text("_id")); }, why);
  if (!read) return read.error();
  if (const auto withdrawn = refused_.withdraw(target, n, added, why); !withdrawn) return withdrawn.error();

  const auto refused = static_cast<std::int64_t>(keys->size() - added.size());
  if (refused == 0) return 0;
  const auto suppressed = refused_log_.due(std::chrono::steady_clock::now());
  if (!suppressed) return refused;
  keys->resize(std::min(keys->size(), keys_in_log));
  spdlog::error(
      "store {}: the database refuses {} documents of {}, among them {}: {}; their counts are kept in "
      "`refused` and tried again each hour, and by `buttond refused --retry` once the cause is gone{}",
      client_.name(), refused, name_of(target), fmt::join(*keys, ", "), reason, and_more(*suppressed));
  return refused;
}

result<std::int64_t> fold_addition::count_repaired(fold_target target, std::int64_t n,
                                                   std::span<const std::string> keys, std::string& why) {
  std::vector<std::string> found;
  const auto read = client_.find(
      name_of(target), {{"_id", bson_document{{"$in", keys}}}, {"repaired.n", n}},
      {{"projection", bson_document{{"_id", 1}}}}, mongodb_read::newest,
      [&](bson_view document) { found.emplace_back(document.text("_id")); }, why);
  if (!read) return read.error();
  const auto repaired = static_cast<std::int64_t>(found.size());
  if (repaired == 0) return 0;
  if (const auto suppressed = repaired_log_.due(std::chrono::steady_clock::now())) {
    found.resize(std::min(found.size(), keys_in_log));
    spdlog::warn(
        "store {}: in {} documents of {} stood what is no count, among them {}; it counts as 0, and is kept "
        "in `repaired` there. Which program writes to them?{}",
        client_.name(), repaired, name_of(target), fmt::join(found, ", "), and_more(*suppressed));
  }
  return repaired;
}

}  // namespace buttond
