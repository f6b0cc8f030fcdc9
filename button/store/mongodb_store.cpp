#include "button/store/mongodb_store.hpp"

#include "button/store/batch_parts.hpp"
#include "button/store/link_updates.hpp"
#include "button/store/mongodb_access.hpp"
#include "button/store/mongodb_bring.hpp"
#include "button/store/mongodb_errors.hpp"
#include "button/store/mongodb_indexes.hpp"
#include "button/store/mongodb_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace buttond {
namespace {

using op = store_operation;

constexpr auto links = "links";
constexpr auto share_key_id = "share_ids";

/// Updates in one command: with keys of 2 KiB some 5 MB, well below what one message may hold.
constexpr std::size_t updates_in_bulk = 1'000;
/// Of a share whose link others insert in the same moment, and of one whose link moves in each.
constexpr int most_tries = 3;
constexpr int most_tries_of_moving = 10;

template <class T>
std::span<const T> part(std::span<const T> all, std::size_t first, std::size_t most) {
  return all.subspan(first, std::min(most, all.size() - first));
}

}  // namespace

mongodb_store::mongodb_store(const std::string& uri, mongodb_fold::step_hook hook)
    : client_(uri),
      log_(client_.name(), kind()),
      refused_(client_),
      moves_(client_),
      fold_(client_, refused_, moves_, std::move(hook)) {}

template <class Call>
auto mongodb_store::logged(store_operation operation, Call call)
    -> decltype(call(std::declval<std::string&>())) {
  std::string why;
  auto answer = call(why);
  if (!answer && answer.error() == errc::store_forbidden) indexed_ = false;
  if (!answer) return {log_.failed(operation, answer.error(), why)};
  log_.succeeded(operation);
  return answer;
}

result<bring_report> mongodb_store::bring(std::span<const batch> batches, std::span<const batch> later) {
  for (const auto& b : batches)
    if (!valid_node(b.node))
      return log_.failed(op::bring, errc::store_refused, "the node's name is not valid");
  if (batches.empty()) return bring_report{};
  const auto brought = logged(op::bring, [&](std::string& why) {
    return bring_batches(client_, refused_, insert_size_, {batches, later}, why);
  });
  if (brought) index();
  return brought;
}

result<fold_report> mongodb_store::fold(const std::atomic<fold_turn>& turn) {
  const auto folded = logged(op::fold, [&](std::string& why) { return fold_.fold(turn, why); });
  if (folded) index();
  return folded;
}

// A server that says no is not asked again; but whom something else was forbidden, too, is given more rights.
void mongodb_store::index() {
  if (indexed_) return;
  std::string why;
  const auto made = make_indexes(client_, why);
  indexed_ = made || !may_pass(cause_of(made.error()));
  if (!made) log_.missed("an index cannot be made, and folding is slower without it", made.error(), why);
}

result<void> mongodb_store::for_each_refused(const std::function<void(const refused_item&)>& visit) {
  return logged(op::read_refused, [&](std::string& why) { return refused_.for_each(visit, why); });
}

result<std::int64_t> mongodb_store::retry_refused(std::string_view id) {
  return logged(op::retry_refused, [&](std::string& why) { return fold_.retry_refused(id, why); });
}

result<std::vector<std::optional<tally>>> mongodb_store::find(std::span<const std::string> keys) {
  return logged(op::find, [&](std::string& why) { return moves_.find(keys, why); });
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
  return logged(op::record_shares, [&](std::string& why) -> result<shares_recorded> {
    shares_recorded recorded;
    for (std::size_t first = 0; first < reports.size(); first += updates_in_bulk)
      if (const auto done = record(part(reports, first, updates_in_bulk), recorded, why); !done)
        return done.error();
    return recorded;
  });
}

// A duplicate key is no proof that a share was counted: another node may have inserted the link between this
// upsert's look and its insertion, or the link has moved. So those that met one are sent again, to where
// their link is. It is there now, and a second duplicate key says that it has the id already, or moved once
// more.
result<void> mongodb_store::record(std::span<const share_report> given, shares_recorded& recorded,
                                   std::string& why) {
  std::vector<share_report> reports(given.begin(), given.end());
  std::vector<bool> fresh(reports.size(), true);
  std::vector<std::size_t> open(reports.size());
  std::iota(open.begin(), open.end(), std::size_t{0});
  bool moving = false;
  for (int tries = 0; !open.empty(); ++tries) {
    if (tries == (moving ? most_tries_of_moving : most_tries)) {
      why = fmt::format("the link {} neither takes a share nor has it: {}", reports[open.front()].key, why);
      return moving ? errc::store_timeout : errc::store_refused;
    }
    bson_array updates;
    for (const auto i : open) updates.add(share_upsert(reports[i]));
    const auto duplicates = upsert(updates, why);
    if (!duplicates) return duplicates.error();
    std::vector<std::size_t> still;
    for (const auto i : *duplicates) still.push_back(open.at(i));
    const auto followed = follow(reports, still, why);
    if (!followed) return followed.error();
    moving = moving || *followed;
    const auto repeated = tries == 0 ? result<std::vector<bool>>(std::vector<bool>(still.size()))
                                     : are_repeated(reports, still, why);
    if (!repeated) return repeated.error();
    open.clear();
    for (std::size_t i = 0; i < still.size(); ++i) {
      if ((*repeated)[i])
        fresh[still[i]] = false;
      else
        open.push_back(still[i]);
    }
  }
  const auto counted = std::count(fresh.begin(), fresh.end(), true);
  recorded.counted += counted;
  recorded.repeated += static_cast<std::int64_t>(fresh.size()) - counted;
  recorded.fresh.insert(recorded.fresh.end(), fresh.begin(), fresh.end());
  return {};
}

result<bool> mongodb_store::follow(std::span<share_report> reports, std::span<const std::size_t> which,
                                   std::string& why) {
  bool moved = false;
  if (which.empty()) return moved;
  std::vector<std::string> keys;
  for (const auto i : which) keys.push_back(reports[i].key);
  const auto found = moves_.read(keys, mongodb_read::newest, why);
  if (!found) return {boost::system::in_place_error, found.error()};
  for (const auto i : which) {
    const auto end = end_of_way(*found, reports[i].key);
    if (end == reports[i].key) continue;
    reports[i].key = end;
    moved = true;
  }
  return moved;
}

// "Counted before" can be read in the links, so it is: what is not there (a link that was deleted meanwhile,
// an index of somebody else's that refuses it) must not pass for counted.
result<std::vector<bool>> mongodb_store::are_repeated(std::span<const share_report> reports,
                                                      std::span<const std::size_t> which, std::string& why) {
  std::vector<bool> repeated;
  if (which.empty()) return repeated;
  std::vector<std::string> keys;
  for (const auto i : which) keys.push_back(reports[i].key);
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
  if (!read) return read.error();
  for (const auto i : which) {
    repeated.push_back(std::ranges::any_of(share_windows(reports[i].by), [&](std::string_view window) {
      return known.contains({window, reports[i].key, reports[i].id});
    }));
  }
  return repeated;
}

result<std::string> mongodb_store::share_key(std::string_view proposed) {
  return logged(op::share_key,
                [&](std::string& why) { return kept_key(client_, share_key_id, proposed, why); });
}

result<void> mongodb_store::set(std::span<const stored_link> stored) {
  return logged(op::set, [&](std::string& why) -> result<void> {
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

result<std::vector<link_moved>> mongodb_store::move(std::span<const link_move> moves, move_mode mode) {
  return logged(op::move, [&](std::string& why) { return moves_.move(moves, mode, why); });
}

result<void> mongodb_store::for_each(const std::function<void(const stored_link&)>& visit) {
  return logged(op::read_links, [&](std::string& why) {
    return client_.find(
        links, {},
        {{"projection", counts_and_way()}, {"sort", bson_document{{"_id", 1}}}, {"batchSize", 1'000}},
        mongodb_read::as_configured, [&](bson_view document) { visit(read_link(document)); }, why);
  });
}

template <class Call>
result<void> mongodb_store::explained(store_operation operation, Call call, std::string& why) {
  const auto answer = call();
  if (!answer) return log_.explained(operation, answer.error(), why);
  log_.succeeded(operation);
  return {};
}

// Who is asked, and for what, as by find(): a server says "pong" to whom it tells no count.
result<void> mongodb_store::ping(std::string& why) {
  return explained(
      op::ping,
      [&] {
        return client_.find(
            links, {{"_id", ""}}, {{"projection", bson_document{{"_id", 1}}}, {"maxTimeMS", 2'000}},
            mongodb_read::as_configured, [](bson_view) {}, why);
      },
      why);
}

result<void> mongodb_store::can_write(std::string& why) {
  return explained(
      op::can_write, [&] { return try_writes(client_, why); }, why);
}

}  // namespace buttond
