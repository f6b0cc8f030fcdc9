#include "button/store/sqlite_writer.hpp"

#include "button/store/batch_parts.hpp"
#include "common/url_key.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace buttond {
namespace {

result<void> write_link(sqlite_statement& into, std::string_view key, const tally& counts) noexcept {
  return into.bind(1, key)
      .bind(2, site_of(key))
      .bind(3, counts.impressions)
      .bind(4, counts.clicks)
      .bind(5, counts.shares)
      .run();
}

/// The links of a batch in the order of their keys, in which the tree is written fastest.
std::vector<const link_delta*> by_key(std::span<const link_delta> links) {
  std::vector<const link_delta*> sorted;
  sorted.reserve(links.size());
  for (const auto& link : links) sorted.push_back(&link);
  std::sort(sorted.begin(), sorted.end(),
            [](const link_delta* left, const link_delta* right) { return left->key < right->key; });
  return sorted;
}

}  // namespace

result<void> sqlite_writer::prepare_all() {
  auto prepared = refused_.prepare(connection);
  if (prepared) prepared = moves_.prepare(connection);
  if (!prepared) return prepared;
  return prepare_statements(
      connection,
      {{add_link_,
        "INSERT INTO links VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET "
        "impressions = impressions + ?3, clicks = clicks + ?4, shares = shares + ?5"},
       {set_link_,
        "INSERT INTO links VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET "
        "impressions = ?3, clicks = ?4, shares = ?5"},
       {add_site_day_,
        "INSERT INTO site_days VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (site, day) DO UPDATE SET "
        "impressions = impressions + ?3, clicks = clicks + ?4, shares = shares + ?5"},
       {find_mark_, "SELECT number, sum FROM applied WHERE node = ?1"},
       {set_mark_,
        "INSERT INTO applied VALUES (?1, ?2, ?3) ON CONFLICT (node) DO UPDATE SET number = ?2, sum = ?3"},
       {add_share_,
        "INSERT INTO recent_shares VALUES (?1, ?2, "
        "(SELECT coalesce(max(number), 0) + 1 FROM recent_shares WHERE key = ?1)) "
        "ON CONFLICT (key, id) DO NOTHING RETURNING number"},
       {forget_shares_, "DELETE FROM recent_shares WHERE key = ?1 AND number <= ?2"},
       {add_reader_share_,
        "INSERT INTO recent_reader_shares SELECT ?1, ?2, "
        "(SELECT coalesce(max(number), 0) + 1 FROM recent_reader_shares WHERE key = ?1) "
        "WHERE NOT EXISTS (SELECT 1 FROM recent_shares WHERE key = ?1 AND id = ?2) "
        "ON CONFLICT (key, id) DO NOTHING RETURNING number"},
       {forget_reader_shares_, "DELETE FROM recent_reader_shares WHERE key = ?1 AND number <= ?2"},
       {add_share_key_, "INSERT INTO keys VALUES ('share_ids', ?1) ON CONFLICT (name) DO NOTHING"},
       {find_share_key_, "SELECT key FROM keys WHERE name = 'share_ids'"}});
}

result<batch_mark> sqlite_writer::mark_of(std::string_view node) {
  const auto found = find_mark_.bind(1, node).next();
  if (!found) return found.error();
  if (!*found) return batch_mark{};
  batch_mark mark{find_mark_.integer(0), std::string{find_mark_.text(1)}};
  find_mark_.reset();
  return mark;
}

// Where `b` stands in its node's sequence. There is no gap to wait for: the file may be a new one.
result<sqlite_writer::place> sqlite_writer::place_of(const batch& b) {
  const auto mark = mark_of(b.node);
  if (!mark) return mark.error();
  if (b.number < mark->number) return place::known;
  if (b.number == mark->number) return !b.unread && differ(b.sum, mark->sum) ? place::forked : place::known;
  if (b.after.number == mark->number) return differ(b.after.sum, mark->sum) ? place::forked : place::next;
  const auto after_refused = refused_.contains(refused_batch_id(b.node, b.after));
  if (!after_refused) return after_refused.error();
  return *after_refused ? place::forked : place::next;
}

// What has a day has its shares in the links already (see store.hpp).
result<void> sqlite_writer::add(std::span<const link_delta> links, std::string_view day) {
  const auto any_moved = moves_.ways().any();
  if (!any_moved) return any_moved.error();
  for (const auto* link : by_key(links)) {
    auto delta = link->delta;
    if (!day.empty()) delta.shares = 0;
    const auto key = *any_moved ? moves_.ways().end_of_way(link->key) : link->key;
    if (!key) return key.error();
    if (const auto done = write_link(add_link_, *key, delta); !done) return done;
  }
  if (day.empty()) return {};
  for (const auto& [site, counts] : site_totals(links)) {
    add_site_day_.bind(1, site).bind(2, day);
    add_site_day_.bind(3, counts.impressions).bind(4, counts.clicks).bind(5, counts.shares);
    if (const auto done = add_site_day_.run(); !done) return done;
  }
  return {};
}

result<void> sqlite_writer::bring(const batch& b, bring_report& report) {
  const auto at = place_of(b);
  if (!at) return at.error();
  if (*at == place::known) return {};
  const auto day = b.day ? day_text(*b.day) : std::string{};
  if (*at == place::forked) {
    report.name_taken = true;
    ++report.set_aside_batches;
    report.set_aside += total_of(b);
    return refused_.set_aside(b, day);
  }
  if (const auto added = add(b.links, day); !added) return added;
  const auto mark = mark_after(b);
  return set_mark_.bind(1, b.node).bind(2, mark.number).bind(3, mark.sum).run();
}

result<bool> sqlite_writer::count_share(const share_report& report) {
  const bool of_reader = report.by == shared_by::reader;
  auto& add = of_reader ? add_reader_share_ : add_share_;
  auto& forget = of_reader ? forget_reader_shares_ : forget_shares_;
  const auto key = moves_.ways().end_of_way(report.key);
  if (!key) return {boost::system::in_place_error, key.error()};
  const auto inserted = add.bind(1, *key).bind(2, report.id).next();
  if (!inserted) return inserted;
  if (!*inserted) return false;
  const auto number = add.integer(0);
  add.reset();
  auto done = write_link(add_link_, *key, {0, 0, report.shares});
  if (done) done = forget.bind(1, *key).bind(2, number - recent_shares_kept).run();
  if (!done) return {boost::system::in_place_error, done.error()};
  return true;
}

result<std::string> sqlite_writer::share_key(std::string_view proposed) {
  if (const auto added = add_share_key_.bind(1, proposed).run(); !added) return added.error();
  const auto found = find_share_key_.next();
  if (!found) return found.error();
  std::string key(find_share_key_.text(0));
  find_share_key_.reset();
  return key;
}

result<void> sqlite_writer::set(const stored_link& link) {
  if (const auto own = moves_.forget(link.key); !own) return own;
  return write_link(set_link_, link.key, link.counts);
}

}  // namespace buttond
