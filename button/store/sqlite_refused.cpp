#include "button/store/sqlite_refused.hpp"

#include "button/store/batch_parts.hpp"

#include <chrono>

namespace buttond {
namespace {

constexpr std::string_view why_set_aside = "another process went on under this node's name";

}  // namespace

std::vector<link_delta> sqlite_refused_batch::deltas() const {
  std::vector<link_delta> all;
  all.reserve(links.size());
  for (const auto& link : links) all.push_back({link.key, link.counts});
  return all;
}

result<void> sqlite_refused::prepare(sqlite_connection& connection) {
  return prepare_statements(
      connection, {{find_, "SELECT day FROM refused WHERE id = ?1"},
                   {find_links_, "SELECT key, impressions, clicks, shares FROM refused_links WHERE id = ?1"},
                   {add_, "INSERT INTO refused VALUES (?1, ?2, ?3, unixepoch()) ON CONFLICT (id) DO NOTHING"},
                   {add_link_,
                    "INSERT INTO refused_links VALUES (?1, ?2, ?3, ?4, ?5) "
                    "ON CONFLICT (id, key) DO NOTHING"},
                   {remove_, "DELETE FROM refused WHERE id = ?1"},
                   {remove_links_, "DELETE FROM refused_links WHERE id = ?1"}});
}

result<bool> sqlite_refused::contains(std::string_view id) {
  const auto found = find_.bind(1, id).next();
  find_.reset();
  return found;
}

result<void> sqlite_refused::set_aside(const batch& b, std::string_view day) {
  const auto id = refused_batch_id(b.node, {b.number, b.sum});
  if (const auto added = add_.bind(1, id).bind(2, day).bind(3, why_set_aside).run(); !added) return added;
  for (const auto& [key, delta] : b.links) {
    add_link_.bind(1, id).bind(2, key);
    add_link_.bind(3, delta.impressions).bind(4, delta.clicks).bind(5, delta.shares);
    if (const auto added = add_link_.run(); !added) return added;
  }
  return {};
}

result<std::optional<sqlite_refused_batch>> sqlite_refused::take(std::string_view id) {
  const auto found = find_.bind(1, id).next();
  if (!found) return found.error();
  if (!*found) return std::optional<sqlite_refused_batch>{};
  sqlite_refused_batch item{.day = std::string{find_.text(0)}, .links = {}};
  find_.reset();
  find_links_.bind(1, id);
  for (;;) {
    const auto row = find_links_.next();
    if (!row) return row.error();
    if (!*row) break;
    item.links.push_back({std::string{find_links_.text(0)}, read_tally(find_links_, 1)});
  }
  if (const auto removed = remove_links_.bind(1, id).run(); !removed) return removed.error();
  if (const auto removed = remove_.bind(1, id).run(); !removed) return removed.error();
  return std::optional{std::move(item)};
}

result<void> visit_refused(sqlite_connection& connection,
                           const std::function<void(const refused_item&)>& visit) {
  auto rows = connection.prepare(
      "SELECT refused.id, why, at, count(key), coalesce(min(key), ''), coalesce(sum(impressions), 0), "
      "coalesce(sum(clicks), 0), coalesce(sum(shares), 0) "
      "FROM refused LEFT JOIN refused_links ON refused_links.id = refused.id "
      "GROUP BY refused.id ORDER BY refused.id");
  if (!rows) return rows.error();
  for (;;) {
    const auto row = rows->next();
    if (!row) return row.error();
    if (!*row) return {};
    visit({.id = std::string{rows->text(0)},
           .kind = "batch",
           .why = std::string{rows->text(1)},
           .at = wall_time{std::chrono::seconds{rows->integer(2)}},
           .links = rows->integer(3),
           .first_key = std::string{rows->text(4)},
           .counts = read_tally(*rows, 5)});
  }
}

}  // namespace buttond
