#include "button/store/mongodb_moves.hpp"

#include "button/store/link_updates.hpp"
#include "button/store/move_plan.hpp"
#include "common/url_key.hpp"

#include <algorithm>

namespace buttond {
namespace {

constexpr auto links = "links";

/// Keys in one query: with keys of 2 KiB 10 MB.
constexpr std::size_t keys_in_query = 5'000;

/// Links in one reply, which 16 MB must hold: one with all its ids is 70 KB.
constexpr std::size_t links_in_reply = 100;

std::vector<std::string> copies(const std::vector<std::string_view>& texts) {
  return {texts.begin(), texts.end()};
}

movable_link read_movable(bson_view document) {
  return {.counts = {document.number("impressions"), document.number("clicks"), document.number("shares")},
          .moved_to = std::string{document.text("moved_to")},
          .recent = copies(document.texts("recent")),
          .recent_readers = copies(document.texts("recent_readers"))};
}

/// Reads what the plan needs. False where a command failed.
bool read_into(move_plan& plan, const transaction_command& run) {
  for (auto keys = plan.unread(); !keys.empty(); keys = plan.unread()) {
    for (std::size_t first = 0; first < keys.size(); first += links_in_reply) {
      const auto some =
          std::span<const std::string>{keys}.subspan(first, std::min(links_in_reply, keys.size() - first));
      bson_document reply;
      if (!run({{"find", links},
                {"filter", bson_document{{"_id", bson_document{{"$in", some}}}}},
                {"batchSize", some.size() + 1}},
               reply))
        return false;
      for (const auto& key : some) plan.add(key, {});
      const auto cursor = bson_view{reply}.inner("cursor");
      const auto found = cursor ? cursor->inner("firstBatch") : std::nullopt;
      if (!found) continue;
      found->for_each([&](std::string_view, bson_view document) {
        plan.add(std::string{document.text("_id")}, read_movable(document));
      });
    }
  }
  return true;
}

/// Whoever changes the document meanwhile makes the transaction start again, so what was read may be written.
bson_document update_of(const std::string& key, const movable_link& link) {
  bson_document fields{{"impressions", link.counts.impressions},
                       {"clicks", link.counts.clicks},
                       {"shares", link.counts.shares}};
  bson_document gone;
  if (link.moved_to.empty())
    gone.add({"moved_to", true});
  else
    fields.add({"moved_to", link.moved_to});
  const auto set_ids = [&](const char* field, const std::vector<std::string>& ids) {
    if (ids.empty())
      gone.add({field, true});
    else
      fields.add({field, ids});
  };
  set_ids("recent", link.recent);
  set_ids("recent_readers", link.recent_readers);
  bson_document change{{"$set", fields},
                       {"$setOnInsert", bson_document{{"site", site_of(key)}, {"folded", 0}}}};
  if (bson_count_keys(gone.get()) > 0) change.add({"$unset", gone});
  return {{"q", bson_document{{"_id", key}}}, {"u", change}, {"upsert", true}};
}

}  // namespace

std::string end_of_way(const links_by_key& all, const std::string& key) {
  const auto* end = &key;
  for (std::size_t steps = 0; steps <= all.size(); ++steps) {
    const auto found = all.find(*end);
    if (found == all.end() || found->second.moved_to.empty()) return *end;
    end = &found->second.moved_to;
  }
  return key;  // another program made a circle
}

bson_document counts_and_way() {
  return {{"impressions", 1}, {"clicks", 1}, {"shares", 1}, {"moved_to", 1}};
}

stored_link read_link(bson_view document) {
  return {.key = std::string{document.text("_id")},
          .counts = {document.number("impressions"), document.number("clicks"), document.number("shares")},
          .moved_to = std::string{document.text("moved_to")}};
}

result<links_by_key> mongodb_moves::read(std::span<const std::string> keys, mongodb_read read,
                                         std::string& why) {
  links_by_key found;
  std::vector<std::string> next;
  while (!keys.empty()) {
    std::vector<std::string> ways;
    for (std::size_t first = 0; first < keys.size(); first += keys_in_query) {
      const auto some = keys.subspan(first, std::min(keys_in_query, keys.size() - first));
      const auto done = client_.find(
          links, {{"_id", bson_document{{"$in", some}}}},
          {{"projection", counts_and_way()}, {"batchSize", some.size() + 1}, {"maxTimeMS", 2'000}}, read,
          [&](bson_view document) {
            auto link = read_link(document);
            if (!link.moved_to.empty()) ways.push_back(link.moved_to);
            found.emplace(link.key, std::move(link));
          },
          why);
      if (!done) return done.error();
    }
    std::erase_if(ways, [&](const std::string& key) { return found.contains(key); });
    next = std::move(ways);
    keys = next;
  }
  return found;
}

result<std::vector<std::optional<tally>>> mongodb_moves::find(std::span<const std::string> keys,
                                                              std::string& why) {
  const auto found = read(keys, mongodb_read::as_configured, why);
  if (!found) return found.error();
  std::vector<std::optional<tally>> tallies(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (const auto it = found->find(end_of_way(*found, keys[i])); it != found->end())
      tallies[i] = it->second.counts;
  return tallies;
}

result<std::vector<link_moved>> mongodb_moves::move(std::span<const link_move> moves, move_mode mode,
                                                    std::string& why) {
  std::vector<link_moved> moved;
  const auto done = client_.transact(
      [&](const transaction_command& run) {
        move_plan plan{moves};
        if (!read_into(plan, run)) return false;
        moved = plan.run();
        bson_array updates;
        for (const auto& [key, link] : plan.links())
          if (link.changed) updates.add(update_of(key, link));
        bson_document reply;
        return mode == move_mode::dry_run || updates.empty() ||
               run({{"update", links}, {"ordered", true}, {"updates", updates}}, reply);
      },
      why);
  if (!done) return done.error();
  return moved;
}

result<void> mongodb_moves::move_on(std::span<const std::string> keys, std::string& why) {
  std::vector<link_move> moves;
  const auto read = client_.find(
      links, {{"_id", bson_document{{"$in", keys}}}, {"moved_to", has_moved()}},
      {{"projection", bson_document{{"_id", 1}}}}, mongodb_read::newest,
      [&](bson_view link) { moves.push_back({.from = std::string{link.text("_id")}, .to = {}}); }, why);
  if (!read) return read;
  for (std::span<const link_move> left{moves}; !left.empty();) {
    const auto some = left.first(std::min(store::moves_in_call, left.size()));
    const auto done = move(some, move_mode::real, why);
    if (!done && done.error() != errc::store_refused && done.error() != errc::store_alone)
      return done.error();
    left = left.subspan(some.size());
  }
  return {};
}

}  // namespace buttond
