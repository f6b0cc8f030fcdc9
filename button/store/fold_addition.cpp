#include "button/store/fold_addition.hpp"

#include "button/store/fold_updates.hpp"
#include "button/store/mongodb_errors.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <utility>

namespace buttond {
namespace {

// One transaction each. It costs the members some 8 ms in all, and 65 us a document: the more documents, the
// less of it, and the longer a reader may wait for the members.
constexpr std::size_t sums_in_part = 500;

// A pipeline takes some 4 KB as a document.
constexpr std::size_t upserts_in_bulk = 500;
constexpr std::size_t keys_in_log = 3;

std::vector<std::string> ids_of(std::span<const fold_sum> sums) {
  std::vector<std::string> ids;
  for (const auto& sum : sums) ids.push_back(sum.id);
  return ids;
}

}  // namespace

result<fold_added> fold_addition::add(fold_target target, std::int64_t n, std::span<const fold_sum> sums,
                                      fold_pace& pace, std::string& why) {
  fold_added done;
  while (!sums.empty()) {
    const auto start = std::chrono::steady_clock::now();
    const auto part = sums.first(std::min(sums_in_part, sums.size()));
    auto left = add_to_plain(target, n, part, why);
    if (!left) return left.error();
    const auto repaired = add_to_any(target, n, left->others, why);
    if (!repaired) return repaired.error();
    done.repaired += *repaired;
    // Before the fold can be closed: who goes on with it does this again.
    if (target == fold_target::links) {
      for (auto& sum : left->others) left->moved.push_back(std::move(sum.id));
      if (!left->moved.empty())
        if (const auto moved = moves_.move_on(left->moved, why); !moved) return moved.error();
    }
    sums = sums.subspan(part.size());
    if (sums.empty()) break;
    const auto goes_on = pace.between_parts(std::chrono::steady_clock::now() - start, why);
    if (!goes_on) return goes_on.error();
    if (!*goes_on) return done;
  }
  const auto refused = settle_refused(target, n, why);
  if (!refused) return refused.error();
  done.refused = *refused;
  done.whole = true;
  return done;
}

result<fold_addition::not_plain> fold_addition::add_to_plain(fold_target target, std::int64_t n,
                                                             std::span<const fold_sum> sums,
                                                             std::string& why) {
  const auto updated = update_plain(target, n, sums, why);
  if (!updated) return updated.error();
  not_plain left;
  if (*updated == static_cast<std::int64_t>(sums.size())) return left;

  std::map<std::string, bool, std::less<>> folded;  // of the documents that are there
  const auto read = client_.find(
      name_of(target), {{"_id", bson_document{{"$in", ids_of(sums)}}}},
      {{"projection", bson_document{{"folded", 1}, {"moved_to", 1}}}}, mongodb_read::newest,
      [&](bson_view document) {
        const auto id = document.text("_id");
        const bool was = was_folded(document, n);
        folded.emplace(id, was);
        if (was && !document.text("moved_to").empty()) left.moved.emplace_back(id);
      },
      why);
  if (!read) return read.error();
  std::vector<fold_sum> unknown;
  for (const auto& sum : sums) {
    const auto found = folded.find(sum.id);
    if (found == folded.end())
      unknown.push_back(sum);
    else if (!found->second)
      left.others.push_back(sum);
  }
  auto there_now = insert(target, n, std::move(unknown), why);
  if (!there_now) return there_now.error();
  std::move(there_now->begin(), there_now->end(), std::back_inserter(left.others));
  return left;
}

/// Returns how many it updated: none, where the database will not do it for one of them.
result<std::int64_t> fold_addition::update_plain(fold_target target, std::int64_t n,
                                                 std::span<const fold_sum> sums, std::string& why) {
  const auto updates = plain_updates(target, sums, n);
  if (updates.empty()) return 0;
  // The server gives up before the caller does: nobody is left to wait for it.
  const auto longest = client_.longest_call() * 9 / 10;
  const auto reply = client_.write_in_transaction(
      {{"update", name_of(target)}, {"ordered", false}, {"maxTimeMS", longest.count()}, {"updates", updates}},
      why);
  if (!reply && reply.error() == errc::store_refused) return 0;
  if (!reply) return reply.error();
  return bson_view{*reply}.number("n");
}

/// Returns those that the database did not take: they may be there by now.
result<std::vector<fold_sum>> fold_addition::insert(fold_target target, std::int64_t n,
                                                    std::vector<fold_sum> sums, std::string& why) {
  std::vector<fold_sum> left;
  if (sums.empty()) return left;
  bson_array documents;
  for (const auto& sum : sums) documents.add(sum.document(n));
  const auto reply =
      client_.write({{"insert", name_of(target)}, {"ordered", false}, {"documents", documents}}, why);
  if (!reply) return reply.error();
  for (const auto& error : write_errors(*reply)) {
    if (error.error != errc::store_refused) {
      why = error.message;
      return error.error;
    }
    left.push_back(std::move(sums.at(error.index)));
  }
  return left;
}

result<std::int64_t> fold_addition::add_to_any(fold_target target, std::int64_t n,
                                               std::span<const fold_sum> sums, std::string& why) {
  std::int64_t repaired = 0;
  while (!sums.empty()) {
    const auto part = sums.first(std::min(upserts_in_bulk, sums.size()));
    const auto refused = upsert(target, n, {part.begin(), part.end()}, why);
    if (!refused) return refused.error();
    // Kept before its batches may go.
    if (const auto kept = refused_.keep(target, n, *refused, why); !kept) return kept.error();
    const auto found = count_repaired(target, n, ids_of(part), why);
    if (!found) return found.error();
    repaired += *found;
    sums = sums.subspan(part.size());
  }
  return repaired;
}

// A duplicate key may be another folder's insertion of the same document in this moment: then it is there
// when it is asked again. One that stays is somebody's own index.
result<std::vector<refused_sum>> fold_addition::upsert(fold_target target, std::int64_t n,
                                                       std::vector<fold_sum> sums, std::string& why) {
  std::vector<refused_sum> refused;
  for (const bool last : {false, true}) {
    if (sums.empty()) break;
    bson_array updates;
    for (const auto& sum : sums) updates.add(upsert_into_any(sum, n));
    const auto reply =
        client_.write({{"update", name_of(target)}, {"ordered", false}, {"updates", updates}}, why);
    if (!reply) return reply.error();
    std::vector<fold_sum> again;
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
