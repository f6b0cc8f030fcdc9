#include "button/store/fold_addition.hpp"

#include "button/store/mongodb_errors.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;

// A pipeline takes some 4 KB as a document.
constexpr std::size_t upserts_in_bulk = 500;
constexpr std::size_t keys_in_log = 3;
constexpr std::size_t repaired_shown = 1'000;

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
  if (!added) {
    if (added.error() != errc::store_refused) return added.error();
    if (const auto done = add_one_by_one(target, fold, why); !done) return done.error();
  }
  fold_added done;
  const auto refused = settle_refused(target, fold.n, why);
  if (!refused) return refused.error();
  done.refused = *refused;
  const auto repaired = count_repaired(target, fold.n, why);
  if (!repaired) return repaired.error();
  done.repaired = *repaired;
  return done;
}

// The aggregation stops at the first document that the server will not take, and does not say which. As
// single updates they say it themselves.
result<void> fold_addition::add_one_by_one(fold_target target, const fold_state& fold, std::string& why) {
  std::vector<bson_document> sums;
  const auto summed = client_.aggregate(
      source_of(fold), fold_sums(target, fold.take, fold.n), mongodb_read::newest,
      [&](bson_view sum) { sums.emplace_back(sum); }, why);
  if (!summed) return summed;
  while (!sums.empty()) {
    const auto some = std::min(upserts_in_bulk, sums.size());
    std::vector<bson_document> bulk(std::make_move_iterator(sums.end() - static_cast<std::ptrdiff_t>(some)),
                                    std::make_move_iterator(sums.end()));
    sums.resize(sums.size() - some);
    const auto refused = upsert(target, fold.n, std::move(bulk), why);
    if (!refused) return refused.error();
    // Kept before its batches may go.
    if (const auto kept = refused_.keep(target, fold.n, *refused, why); !kept) return kept;
  }
  return {};
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
                                {"u", fold_one(target, sum, n)},
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
  keys->resize(std::min(keys->size(), keys_in_log));
  spdlog::error(
      "store {}: the database refuses {} documents of {}, among them {}: {}; their counts are kept in "
      "`refused` and "
      "tried again each hour, and by `buttond refused --retry` once the cause is gone",
      client_.name(), refused, name_of(target), fmt::join(*keys, ", "), reason);
  return refused;
}

// By its index, or not at all: without it this would read the whole collection.
result<std::int64_t> fold_addition::count_repaired(fold_target target, std::int64_t n, std::string& why) {
  std::vector<std::string> keys;
  const auto read = client_.find(
      name_of(target), {{"repaired.n", n}},
      {{"projection", bson_document{{"_id", 1}}},
       {"hint", bson_document{{"repaired.n", 1}}},
       {"limit", repaired_shown}},
      mongodb_read::newest, [&](bson_view document) { keys.emplace_back(document.text("_id")); }, why);
  if (!read && read.error() != errc::store_refused) return read.error();
  if (!read || keys.empty()) return 0;
  const auto repaired = static_cast<std::int64_t>(keys.size());
  keys.resize(std::min(keys.size(), keys_in_log));
  spdlog::warn(
      "store {}: in {} documents of {} stood what is no count, first {}; it counts as 0, and is kept in "
      "`repaired` there. Which program writes to them?",
      client_.name(), repaired, name_of(target), fmt::join(keys, ", "));
  return repaired;
}

}  // namespace buttond
