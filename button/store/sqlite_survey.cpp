#include "button/store/sqlite_survey.hpp"

#include "button/store/batch_parts.hpp"
#include "button/store/sqlite_forget.hpp"
#include "button/store/sqlite_moves.hpp"
#include "button/store/sqlite_refused.hpp"
#include "button/store/sqlite_schema.hpp"
#include "button/store/survey_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace buttond {
namespace {

constexpr auto until_done = monotonic_time::max();

/// Of what has no deadline, while somebody else holds the lock.
constexpr int most_tries = 4;

std::int64_t milliseconds_of(wall_time time) noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// A negative limit would be none.
std::int64_t limit_of(std::size_t most) noexcept {
  return static_cast<std::int64_t>(std::min(most, std::size_t{1'000'000}));
}

/// Calls `take(row)` for each row.
template <class Take>
result<void> each_row(sqlite_statement& rows, Take take) {
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return {};
    take(rows);
  }
}

}  // namespace

sqlite_survey::sqlite_survey(sqlite_survey_options options)
    : options_(std::move(options)), pool_(options_.file, options_.connections, options_.patience) {}

template <class Work>
auto sqlite_survey::read(Work work) -> decltype(work(std::declval<sqlite_connection&>())) {
  if (!pool_.there()) return {};
  return pool_.with_connection(patience_ends(), std::move(work));
}

template <class Work>
auto sqlite_survey::write(monotonic_time deadline, loss may_lose, Work work)
    -> decltype(work(std::declval<sqlite_connection&>())) {
  using result_type = decltype(work(std::declval<sqlite_connection&>()));
  return pool_.with_connection(deadline, [&](sqlite_connection& to) -> result_type {
    const auto* const synchronous =
        may_lose == loss::none ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL";
    if (const auto set = to.execute(synchronous); !set) return set.error();
    auto begun = to.execute("BEGIN IMMEDIATE");
    for (int tries = 1;
         deadline == until_done && !begun && begun.error() == errc::store_timeout && tries < most_tries;
         ++tries)
      begun = to.execute("BEGIN IMMEDIATE");
    if (!begun) return begun.error();
    auto done = work(to);
    if (!done) return done;  // closing rolls back
    if (const auto committed = to.execute("COMMIT"); !committed) return committed.error();
    return done;
  });
}

// Once, for a file from before there was an index: some 8 s for 8 million rows. Here, where it holds up
// neither a start nor a person; what is brought meanwhile waits in the journal.
void sqlite_survey::index() {
  if (indexed_) return;
  const auto made = pool_.with_connection(until_done, [](sqlite_connection& to) { return index_days(to); });
  indexed_ = made || made.error() != errc::store_timeout;  // asked again where another one holds the lock
}

result<void> sqlite_survey::tell(const node_report& report, std::span<const counted_hour> hours) {
  if (!can_be_told(report)) return errc::store_refused;
  if (pool_.there()) index();
  return write(patience_ends(), loss::of_the_last, [&](sqlite_connection& to) -> result<void> {
    auto node = to.prepare(
        "INSERT INTO nodes VALUES (?1, ?2, ?3) ON CONFLICT (node) DO UPDATE SET at = ?2, report = ?3");
    if (!node) return node.error();
    node->bind(1, report.node).bind(2, milliseconds_of(report.at)).bind(3, report.text);
    if (const auto told = node->run(); !told) return told;
    auto row = to.prepare(
        "INSERT INTO node_hours VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (hour, node) DO UPDATE SET "
        "impressions = ?3, clicks = ?4, shares = ?5, minutes = ?6");
    if (!row) return row.error();
    for (const auto& hour : hours) {
      const auto name = hour_text(hour.hour);
      const auto counts = total_of(hour);
      const auto minutes = minutes_text(hour);
      row->bind(1, name).bind(2, hour.node);
      row->bind(3, counts.impressions).bind(4, counts.clicks).bind(5, counts.shares).bind(6, minutes);
      if (const auto told = row->run(); !told) return told;
    }
    return {};
  });
}

result<std::vector<node_report>> sqlite_survey::reports(wall_time since) {
  return read([&](sqlite_connection& from) -> result<std::vector<node_report>> {
    std::vector<node_report> all;
    auto rows = from.prepare("SELECT node, at, report FROM nodes WHERE at >= ?1");
    if (!rows) return rows.error();
    rows->bind(1, milliseconds_of(since));
    const auto done = each_row(*rows, [&](const sqlite_statement& row) {
      all.push_back({.node = std::string{row.text(0)},
                     .at = wall_time{std::chrono::milliseconds{row.integer(1)}},
                     .text = std::string{row.text(2)}});
    });
    if (!done) return done.error();
    return all;
  });
}

result<void> sqlite_survey::counted_hours(wall_hour first, wall_hour last,
                                          const std::function<void(const counted_hour&)>& visit) {
  return read([&](sqlite_connection& from) -> result<void> {
    auto rows = from.prepare("SELECT node, hour, minutes FROM node_hours WHERE hour BETWEEN ?1 AND ?2");
    if (!rows) return rows.error();
    const auto from_hour = hour_text(first);
    const auto to_hour = hour_text(last);
    rows->bind(1, from_hour).bind(2, to_hour);
    return each_row(*rows, [&](const sqlite_statement& row) {
      const auto hour = read_hour(row.text(1));
      if (!hour) return;
      counted_hour counted{.node = std::string{row.text(0)}, .hour = *hour, .minutes = {}};
      read_minutes(row.text(2), counted);
      visit(counted);
    });
  });
}

result<std::vector<hour_sum>> sqlite_survey::hour_sums(wall_hour first, wall_hour last) {
  return read([&](sqlite_connection& from) -> result<std::vector<hour_sum>> {
    std::vector<hour_sum> sums;
    auto rows = from.prepare(
        "SELECT hour, sum(impressions), sum(clicks), sum(shares) FROM node_hours "
        "WHERE hour BETWEEN ?1 AND ?2 GROUP BY hour ORDER BY hour");
    if (!rows) return rows.error();
    const auto from_hour = hour_text(first);
    const auto to_hour = hour_text(last);
    rows->bind(1, from_hour).bind(2, to_hour);
    const auto done = each_row(*rows, [&](const sqlite_statement& row) {
      if (const auto hour = read_hour(row.text(0))) sums.push_back({*hour, read_tally(row, 1)});
    });
    if (!done) return done.error();
    return sums;
  });
}

result<void> sqlite_survey::sweep(wall_time now) {
  if (!pool_.there()) return {};
  return write(patience_ends(), loss::of_the_last, [&](sqlite_connection& in) -> result<void> {
    auto nodes = in.prepare("DELETE FROM nodes WHERE at < ?1");
    if (!nodes) return nodes.error();
    if (const auto gone = nodes->bind(1, milliseconds_of(now - node_report_kept)).run(); !gone) return gone;
    auto hours = in.prepare("DELETE FROM node_hours WHERE hour < ?1");
    if (!hours) return hours.error();
    const auto oldest = hour_text(std::chrono::floor<std::chrono::hours>(now - counted_hour_kept));
    return hours->bind(1, oldest).run();
  });
}

result<void> sqlite_survey::sites_on(
    std::chrono::sys_days day, std::size_t most,
    const std::function<void(std::string_view site, const tally& counts)>& visit) {
  return read([&](sqlite_connection& from) -> result<void> {
    const auto name = day_text(day);
    auto count = from.prepare("SELECT count(*) FROM site_days WHERE day = ?1");
    if (!count) return count.error();
    const auto counted = count->bind(1, name).next();
    if (!counted) return counted.error();
    // Sorting takes longer than reading.
    const bool all = count->integer(0) <= limit_of(most);
    auto rows = from.prepare(
        fmt::format("SELECT site, impressions, clicks, shares FROM site_days WHERE day = ?1 {} LIMIT ?2",
                    all ? "" : "ORDER BY impressions DESC"));
    if (!rows) return rows.error();
    rows->bind(1, name).bind(2, limit_of(most));
    return each_row(*rows, [&](const sqlite_statement& row) { visit(row.text(0), read_tally(row, 1)); });
  });
}

result<std::optional<survey::day_range>> sqlite_survey::days() {
  return read([&](sqlite_connection& from) -> result<std::optional<day_range>> {
    auto row = from.prepare("SELECT (SELECT min(day) FROM site_days), (SELECT max(day) FROM site_days)");
    if (!row) return row.error();
    const auto found = row->next();
    if (!found) return found.error();
    const auto first = read_day(row->text(0));
    const auto last = read_day(row->text(1));
    if (!first || !last) return std::optional<day_range>{};
    return std::optional{day_range{*first, *last}};
  });
}

result<void> sqlite_survey::days_of(std::string_view site, std::chrono::sys_days first,
                                    std::chrono::sys_days last,
                                    const std::function<void(std::chrono::sys_days, const tally&)>& visit) {
  return read([&](sqlite_connection& from) -> result<void> {
    auto rows = from.prepare(
        "SELECT day, impressions, clicks, shares FROM site_days "
        "WHERE site = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day");
    if (!rows) return rows.error();
    const auto from_day = day_text(first);
    const auto to_day = day_text(last);
    rows->bind(1, site).bind(2, from_day).bind(3, to_day);
    return each_row(*rows, [&](const sqlite_statement& row) {
      if (const auto day = read_day(row.text(0))) visit(*day, read_tally(row, 1));
    });
  });
}

result<std::vector<stored_link>> sqlite_survey::links_of(std::string_view site, std::size_t most) {
  return read([&](sqlite_connection& from) -> result<std::vector<stored_link>> {
    std::vector<stored_link> links;
    auto rows = from.prepare(
        "SELECT key, impressions, clicks, shares FROM ("
        "SELECT * FROM links WHERE key = ?1 UNION ALL "
        "SELECT * FROM links WHERE key >= ?1 || '/' AND key < ?1 || '0' UNION ALL "
        "SELECT * FROM links WHERE key >= ?1 || '?' AND key < ?1 || '@') AS of_site "
        "WHERE NOT EXISTS (SELECT 1 FROM moved_links WHERE moved_links.key = of_site.key) "
        "ORDER BY impressions DESC LIMIT ?2");
    if (!rows) return rows.error();
    rows->bind(1, site).bind(2, limit_of(most));
    const auto done = each_row(*rows, [&](const sqlite_statement& row) {
      links.push_back({.key = std::string{row.text(0)}, .counts = read_tally(row, 1)});
    });
    if (!done) return done.error();
    return links;
  });
}

result<std::vector<std::optional<tally>>> sqlite_survey::find(std::span<const std::string> keys) {
  if (!pool_.there()) return std::vector<std::optional<tally>>(keys.size());
  return read([&](sqlite_connection& from) -> result<std::vector<std::optional<tally>>> {
    sqlite_ways ways;
    if (const auto prepared = ways.prepare(from); !prepared) return prepared.error();
    auto link = from.prepare("SELECT impressions, clicks, shares FROM links WHERE key = ?1");
    if (!link) return link.error();
    return find_tallies(keys, ways, *link);
  });
}

result<std::int64_t> sqlite_survey::drop_days(std::chrono::sys_days first, std::int64_t most) {
  if (!pool_.there()) return 0;
  index();
  return write(until_done, loss::none, [&](sqlite_connection& in) -> result<std::int64_t> {
    auto rows = in.prepare(
        "DELETE FROM site_days WHERE (site, day) IN "
        "(SELECT site, day FROM site_days WHERE day < ?1 ORDER BY day LIMIT ?2)");
    if (!rows) return rows.error();
    const auto oldest = day_text(first);
    if (const auto gone = rows->bind(1, oldest).bind(2, most).run(); !gone) return gone.error();
    return in.changes();
  });
}

result<forgotten> sqlite_survey::forget(std::string_view site) {
  if (!pool_.there()) return forgotten{};
  return write(until_done, loss::none, [&](sqlite_connection& in) { return forget_in_sqlite(in, site); });
}

result<std::string> sqlite_survey::site_link_key(std::string_view proposed) {
  return write(patience_ends(), loss::none, [&](sqlite_connection& in) -> result<std::string> {
    auto add = in.prepare("INSERT INTO keys VALUES ('site_links', ?1) ON CONFLICT (name) DO NOTHING");
    if (!add) return add.error();
    if (const auto added = add->bind(1, proposed).run(); !added) return added.error();
    auto find = in.prepare("SELECT key FROM keys WHERE name = 'site_links'");
    if (!find) return find.error();
    const auto found = find->next();
    if (!found) return found.error();
    return std::string{find->text(0)};
  });
}

}  // namespace buttond
