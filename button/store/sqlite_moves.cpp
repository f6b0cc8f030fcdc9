#include "button/store/sqlite_moves.hpp"

#include "button/store/sqlite_refused.hpp"
#include "common/url_key.hpp"

namespace buttond {
namespace {

/// More steps than any way has, but for one that another program made a circle of.
constexpr int most_steps = 10'000;

}  // namespace

result<void> sqlite_ways::prepare(sqlite_connection& connection) {
  return prepare_statements(connection, {{find_any_, "SELECT 1 FROM moved_links LIMIT 1"},
                                         {find_, "SELECT moved_to FROM moved_links WHERE key = ?1"}});
}

result<bool> sqlite_ways::any() {
  const auto found = find_any_.next();
  if (found) find_any_.reset();
  return found;
}

result<std::string> sqlite_ways::next(std::string_view key) {
  const auto found = find_.bind(1, key).next();
  if (!found) return found.error();
  if (!*found) return std::string{};
  std::string to{find_.text(0)};
  find_.reset();
  return to;
}

result<std::string_view> sqlite_ways::end_of_way(std::string_view key) {
  auto at = key;
  for (int steps = 0; steps < most_steps; ++steps) {
    auto to = next(at);
    if (!to) return to.error();
    if (to->empty()) return at;
    end_ = std::move(*to);
    at = end_;
  }
  return key;
}

result<std::vector<std::string>> sqlite_moves::ids_table::read(std::string_view key) {
  std::vector<std::string> ids;
  find.bind(1, key);
  for (;;) {
    const auto found = find.next();
    if (!found) return found.error();
    if (!*found) return ids;
    ids.emplace_back(find.text(0));
  }
}

result<void> sqlite_moves::ids_table::write(std::string_view key, std::span<const std::string> ids) {
  auto done = remove.bind(1, key).run();
  std::int64_t number = 0;
  for (const auto& id : ids)
    if (done) done = add.bind(1, key).bind(2, id).bind(3, ++number).run();
  return done;
}

result<std::vector<std::optional<tally>>> find_tallies(std::span<const std::string> keys, sqlite_ways& ways,
                                                       sqlite_statement& find_link) {
  std::vector<std::optional<tally>> tallies(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto key = ways.end_of_way(keys[i]);
    if (!key) return key.error();
    const auto found = find_link.bind(1, *key).next();
    if (!found) return found.error();
    if (*found) tallies[i] = read_tally(find_link, 0);
    find_link.reset();
  }
  return tallies;
}

result<void> sqlite_moves::prepare(sqlite_connection& connection) {
  if (const auto prepared = ways_.prepare(connection); !prepared) return prepared;
  return prepare_statements(
      connection,
      {{find_link_, "SELECT impressions, clicks, shares FROM links WHERE key = ?1"},
       {set_link_,
        "INSERT INTO links VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET "
        "impressions = ?3, clicks = ?4, shares = ?5"},
       {set_moved_, "INSERT INTO moved_links VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET moved_to = ?2"},
       {forget_, "DELETE FROM moved_links WHERE key = ?1"},
       {recent_.find, "SELECT id FROM recent_shares WHERE key = ?1 ORDER BY number"},
       {recent_.remove, "DELETE FROM recent_shares WHERE key = ?1"},
       {recent_.add, "INSERT INTO recent_shares VALUES (?1, ?2, ?3)"},
       {recent_readers_.find, "SELECT id FROM recent_reader_shares WHERE key = ?1 ORDER BY number"},
       {recent_readers_.remove, "DELETE FROM recent_reader_shares WHERE key = ?1"},
       {recent_readers_.add, "INSERT INTO recent_reader_shares VALUES (?1, ?2, ?3)"}});
}

result<movable_link> sqlite_moves::read(const std::string& key) {
  movable_link link;
  const auto found = find_link_.bind(1, key).next();
  if (!found) return found.error();
  if (*found) {
    link.counts = read_tally(find_link_, 0);
    find_link_.reset();
  }
  auto to = ways_.next(key);
  if (!to) return to.error();
  auto ids = recent_.read(key);
  if (!ids) return ids.error();
  auto readers = recent_readers_.read(key);
  if (!readers) return readers.error();
  link.moved_to = std::move(*to);
  link.recent = std::move(*ids);
  link.recent_readers = std::move(*readers);
  return link;
}

result<void> sqlite_moves::write(const std::string& key, const movable_link& link) {
  set_link_.bind(1, key).bind(2, site_of(key));
  set_link_.bind(3, link.counts.impressions).bind(4, link.counts.clicks).bind(5, link.counts.shares);
  auto done = set_link_.run();
  if (done) done = link.moved_to.empty() ? forget(key) : set_moved_.bind(1, key).bind(2, link.moved_to).run();
  if (done) done = recent_.write(key, link.recent);
  if (done) done = recent_readers_.write(key, link.recent_readers);
  return done;
}

result<void> sqlite_moves::forget(std::string_view key) {
  return forget_.bind(1, key).run();
}

result<std::vector<link_moved>> sqlite_moves::move(std::span<const link_move> moves, move_mode mode) {
  move_plan plan{moves};
  for (auto keys = plan.unread(); !keys.empty(); keys = plan.unread()) {
    for (const auto& key : keys) {
      auto link = read(key);
      if (!link) return link.error();
      plan.add(key, std::move(*link));
    }
  }
  auto moved = plan.run();
  if (mode == move_mode::dry_run) return moved;
  for (const auto& [key, link] : plan.links()) {
    if (!link.changed) continue;
    if (const auto written = write(key, link); !written) return written.error();
  }
  return moved;
}

}  // namespace buttond
