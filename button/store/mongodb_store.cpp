#include "button/store/mongodb_store.hpp"

#include "button/store/batch_parts.hpp"
#include "button/store/link_updates.hpp"
#include "button/store/mongodb_bring.hpp"
#include "button/store/mongodb_errors.hpp"
#include "button/store/mongodb_indexes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace buttond {
namespace {

constexpr auto links = "links";
constexpr auto keys_collection = "keys";
constexpr auto share_key_id = "share_ids";

/// Updates in one command: with keys of 2 KiB some 5 MB, well below what one message may hold.
constexpr std::size_t updates_in_bulk = 1'000;
/// Keys in one query: with keys of 2 KiB 10 MB.
constexpr std::size_t keys_in_query = 5'000;

stored_link read_link(bson_view document) {
  return {std::string{document.text("_id")},
          {document.number("impressions"), document.number("clicks"), document.number("shares")}};
}

bson_document counts_only() {
  return {{"impressions", 1}, {"clicks", 1}, {"shares", 1}};
}

template <class T>
std::span<const T> part(std::span<const T> all, std::size_t first, std::size_t most) {
  return all.subspan(first, std::min(most, all.size() - first));
}

}  // namespace

mongodb_store::mongodb_store(const std::string& uri, mongodb_fold::step_hook hook)
    : client_(uri), log_(client_.name()), refused_(client_), fold_(client_, refused_, std::move(hook)) {}

template <class Call>
auto mongodb_store::logged(const char* operation, Call call) -> decltype(call(std::declval<std::string&>())) {
  std::string why;
  auto answer = call(why);
  if (!answer) return {log_.failed(operation, answer.error(), why)};
  log_.succeeded();
  return answer;
}

result<bring_report> mongodb_store::bring(std::span<const batch> batches, std::span<const batch> later) {
  for (const auto& b : batches)
    if (!valid_node(b.node)) return log_.failed("bring", errc::store_refused, "the node's name is not valid");
  if (batches.empty()) return bring_report{};
  if (!indexed_) indexed_ = make_indexes(client_);
  return logged("bring", [&](std::string& why) {
    return bring_batches(client_, refused_, insert_size_, {batches, later}, why);
  });
}

result<fold_report> mongodb_store::fold(const std::atomic<fold_turn>& turn) {
  if (!indexed_) indexed_ = make_indexes(client_);
  return logged("fold", [&](std::string& why) { return fold_.fold(turn, why); });
}

result<void> mongodb_store::for_each_refused(const std::function<void(const refused_item&)>& visit) {
  return logged("read what is refused", [&](std::string& why) { return refused_.for_each(visit, why); });
}

result<std::int64_t> mongodb_store::retry_refused(std::string_view id) {
  return logged("retry", [&](std::string& why) { return fold_.retry_refused(id, why); });
}

result<std::vector<std::optional<tally>>> mongodb_store::find(std::span<const std::string> keys) {
  return logged("find", [&](std::string& why) -> result<std::vector<std::optional<tally>>> {
    std::vector<std::optional<tally>> tallies(keys.size());
    std::unordered_map<std::string, tally> found;
    for (std::size_t first = 0; first < keys.size(); first += keys_in_query) {
      const auto some = part(keys, first, keys_in_query);
      found.clear();
      const auto read = client_.find(
          links, {{"_id", bson_document{{"$in", some}}}},
          {{"projection", counts_only()}, {"batchSize", some.size() + 1}, {"maxTimeMS", 2'000}},
          mongodb_read::as_configured,
          [&](bson_view document) {
            auto link = read_link(document);
            found.emplace(std::move(link.key), link.counts);
          },
          why);
      if (!read) return read.error();
      for (std::size_t i = 0; i < some.size(); ++i)
        if (const auto it = found.find(some[i]); it != found.end()) tallies[first + i] = it->second;
    }
    return tallies;
  });
}

// The positions of the updates that met a duplicate key: all others are done.
result<std::vector<std::size_t>> mongodb_store::upsert(const bson_array& updates, std::string& why) {
  std::vector<std::size_t> duplicates;
  if (updates.empty()) return duplicates;
  const auto reply = client_.write({{"update", links}, {"ordered", false}, {"updates", updates}}, why);
  if (!reply) return reply.error();
  for (const auto& error : write_errors(*reply)) {
    why = error.message;
    if (!error.duplicate) return error.error;
    duplicates.push_back(error.index);
  }
  return duplicates;
}

result<shares_recorded> mongodb_store::record_shares(std::span<const share_report> reports) {
  return logged("record_shares", [&](std::string& why) -> result<shares_recorded> {
    shares_recorded recorded;
    for (std::size_t first = 0; first < reports.size(); first += updates_in_bulk)
      if (const auto done = record(part(reports, first, updates_in_bulk), recorded, why); !done)
        return done.error();
    return recorded;
  });
}

// A duplicate key is no proof that a share was counted: another node may have inserted the link between this
// upsert's look and its insertion. So those that met one are sent again: the link is there now, and a second
// duplicate key says that it has the id already.
result<void> mongodb_store::record(std::span<const share_report> reports, shares_recorded& recorded,
                                   std::string& why) {
  std::vector<std::size_t> open(reports.size());
  std::iota(open.begin(), open.end(), std::size_t{0});
  for (int tries = 0; tries < 2; ++tries) {
    bson_array updates;
    for (const auto i : open) updates.add(share_upsert(reports[i]));
    const auto duplicates = upsert(updates, why);
    if (!duplicates) return duplicates.error();
    std::vector<std::size_t> still;
    for (const auto i : *duplicates) still.push_back(open.at(i));
    open = std::move(still);
  }
  if (const auto proved = prove_repeated(reports, open, why); !proved) return proved;
  std::vector<bool> fresh(reports.size(), true);
  for (const auto i : open) fresh[i] = false;
  const auto repeated = static_cast<std::int64_t>(open.size());
  recorded.counted += static_cast<std::int64_t>(reports.size()) - repeated;
  recorded.repeated += repeated;
  recorded.fresh.insert(recorded.fresh.end(), fresh.begin(), fresh.end());
  return {};
}

// "Counted before" can be read in the links, so it is: what is not there (a link that was deleted meanwhile,
// an index of somebody else's that refuses it) must not pass for counted.
result<void> mongodb_store::prove_repeated(std::span<const share_report> reports,
                                           std::span<const std::size_t> repeated, std::string& why) {
  if (repeated.empty()) return {};
  std::vector<std::string> keys;
  for (const auto i : repeated) keys.push_back(reports[i].key);
  bson_document ids_only;
  for (const auto* const window : share_windows(shared_by::reader)) ids_only.add({window, 1});
  std::set<std::tuple<std::string_view, std::string, std::string>> known;  // field, key, id
  const auto read = client_.find(
      links, {{"_id", bson_document{{"$in", keys}}}}, {{"projection", ids_only}}, mongodb_read::committed,
      [&](bson_view link) {
        for (const auto* const window : share_windows(shared_by::reader))
          for (const auto id : link.texts(window)) known.emplace(window, link.text("_id"), id);
      },
      why);
  if (!read) return read;
  for (const auto i : repeated) {
    const auto has_it = [&](std::string_view window) {
      return known.contains({window, reports[i].key, reports[i].id});
    };
    if (std::ranges::any_of(share_windows(reports[i].by), has_it)) continue;
    why = fmt::format("the link {} neither takes a share nor has it: {}", reports[i].key, why);
    return errc::store_refused;
  }
  return {};
}

// Of nodes that find none at once, one inserts its own, and the others meet a duplicate key.
result<std::string> mongodb_store::share_key(std::string_view proposed) {
  return logged("share_key", [&](std::string& why) -> result<std::string> {
    for (const bool insert : {false, true}) {
      if (insert) {
        const bson_document proposal{{"_id", share_key_id}, {"key", proposed}};
        const auto reply =
            client_.write({{"insert", keys_collection}, {"documents", bson_array{proposal}}}, why);
        if (!reply) return reply.error();
        for (const auto& error : write_errors(*reply)) {
          why = error.message;
          if (!error.duplicate) return error.error;
        }
      }
      std::optional<std::string> found;
      const auto read = client_.find(
          keys_collection, {{"_id", share_key_id}}, {{"maxTimeMS", 2'000}}, mongodb_read::linearizable,
          [&](bson_view document) { found.emplace(document.text("key")); }, why);
      if (!read) return read.error();
      if (found) return *found;
    }
    return errc::store_unavailable;  // somebody deletes it
  });
}

result<void> mongodb_store::set(std::span<const stored_link> stored) {
  return logged("set", [&](std::string& why) -> result<void> {
    for (std::size_t first = 0; first < stored.size(); first += updates_in_bulk) {
      const auto some = part(stored, first, updates_in_bulk);
      bson_array updates;
      for (const auto& link : some) updates.add(set_upsert(link));
      const auto duplicates = upsert(updates, why);
      if (!duplicates) return duplicates.error();
      bson_array again;  // another node inserted the link in this moment
      for (const auto i : *duplicates) again.add(set_upsert(some[i]));
      const auto refused = upsert(again, why);
      if (!refused) return refused.error();
      if (!refused->empty()) return errc::store_refused;
    }
    return {};
  });
}

result<void> mongodb_store::for_each(const std::function<void(const stored_link&)>& visit) {
  return logged("read all", [&](std::string& why) {
    return client_.find(
        links, {}, {{"projection", counts_only()}, {"sort", bson_document{{"_id", 1}}}, {"batchSize", 1'000}},
        mongodb_read::as_configured, [&](bson_view document) { visit(read_link(document)); }, why);
  });
}

result<void> mongodb_store::ping() {
  return logged("ping", [&](std::string& why) { return client_.ping(why); });
}

}  // namespace buttond
