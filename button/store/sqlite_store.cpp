#include "button/store/sqlite_store.hpp"

#include "button/store/batch_parts.hpp"
#include "button/store/sqlite_schema.hpp"
#include "common/url_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <system_error>
#include <type_traits>
#include <utility>

namespace buttond {
namespace {

struct statement_text {
  sqlite_statement& statement;
  std::string_view sql;
};

result<void> prepare(sqlite_connection& connection, std::initializer_list<statement_text> texts) {
  for (const auto& [statement, sql] : texts) {
    auto prepared = connection.prepare(sql);
    if (!prepared) return prepared.error();
    statement = std::move(*prepared);
  }
  return {};
}

tally read_tally(const sqlite_statement& row, int first_column) noexcept {
  return {row.integer(first_column), row.integer(first_column + 1), row.integer(first_column + 2)};
}

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

struct sqlite_store::writer {
  static constexpr auto begin = "BEGIN IMMEDIATE";  // the lock at once: nothing fails half-way for want of it

  sqlite_connection connection;
  sqlite_statement add_link;
  sqlite_statement set_link;
  sqlite_statement add_site_day;
  sqlite_statement last_epoch;
  sqlite_statement set_epoch;
  sqlite_statement add_share;
  sqlite_statement forget_shares;

  result<void> prepare_all() {
    return prepare(
        connection,
        {{add_link,
          "INSERT INTO links VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET "
          "impressions = impressions + ?3, clicks = clicks + ?4, shares = shares + ?5"},
         {set_link,
          "INSERT INTO links VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET "
          "impressions = ?3, clicks = ?4, shares = ?5"},
         {add_site_day,
          "INSERT INTO site_days VALUES (?1, ?2, ?3, ?4) ON CONFLICT (site, day) DO UPDATE SET "
          "impressions = impressions + ?3, clicks = clicks + ?4"},
         {last_epoch, "SELECT epoch FROM applied WHERE node = ?1"},
         {set_epoch, "INSERT INTO applied VALUES (?1, ?2) ON CONFLICT (node) DO UPDATE SET epoch = ?2"},
         {add_share,
          "INSERT INTO recent_shares VALUES (?1, ?2, "
          "(SELECT coalesce(max(number), 0) + 1 FROM recent_shares WHERE key = ?1)) "
          "ON CONFLICT (key, id) DO NOTHING RETURNING number"},
         {forget_shares, "DELETE FROM recent_shares WHERE key = ?1 AND number <= ?2"}});
  }

  result<bool> already_applied(const batch& b) {
    const auto found = last_epoch.bind(1, b.node).next();
    if (!found) return found;
    const bool applied = *found && last_epoch.integer(0) >= b.number;
    last_epoch.reset();
    return applied;
  }

  /// Whether the report was counted: false for one that was before.
  result<bool> count_share(const share_report& report) {
    const auto inserted = add_share.bind(1, report.key).bind(2, report.id).next();
    if (!inserted) return inserted;
    if (!*inserted) return false;
    const auto number = add_share.integer(0);
    add_share.reset();
    auto done = write_link(add_link, report.key, {0, 0, report.shares});
    if (done) done = forget_shares.bind(1, report.key).bind(2, number - recent_shares_kept).run();
    if (!done) return {boost::system::in_place_error, done.error()};
    return true;
  }
};

struct sqlite_store::reader {
  static constexpr auto begin = "BEGIN";

  sqlite_connection connection;
  sqlite_statement find_link;

  result<void> prepare_all() {
    return prepare(connection, {{find_link, "SELECT impressions, clicks, shares FROM links WHERE key = ?1"}});
  }
};

sqlite_store::sqlite_store(sqlite_store_options options)
    : options_(std::move(options)), log_("sqlite:" + options_.file.string()) {
  // A new file is made at its first use: the syncs of that would be a fourth of the start.
  std::error_code unknown;
  if (options_.create && !std::filesystem::exists(options_.file, unknown) && !unknown) return;
  std::string why;
  if (const auto opened = open(why); !opened) {
    if (opened.error() == errc::store_schema)
      throw startup_error(fmt::format("the store {} cannot be used: {}", options_.file.string(), why));
    log_.failed("open", opened.error(), why);
  }
}

sqlite_store::~sqlite_store() = default;

result<sqlite_connection> sqlite_store::open(std::string& why) const {
  auto connection = sqlite_connection::open(options_.file, options_.create, options_.busy, why);
  if (!connection) return connection;
  if (const auto prepared = prepare_sqlite_schema(*connection, why); !prepared) return prepared.error();
  return connection;
}

template <class Connection, class Work>
auto sqlite_store::transact(std::unique_ptr<Connection>& slot, const char* operation, Work work) {
  using result_type = std::invoke_result_t<Work, Connection&>;
  const auto fail = [&](error_code error, std::string_view why) {
    slot.reset();
    return result_type{log_.failed(operation, error, why)};
  };

  if (slot && slot->connection.moved()) slot.reset();
  if (!slot) {
    std::string why;
    auto opened = open(why);
    if (!opened) return fail(opened.error(), why);
    slot = std::make_unique<Connection>();
    slot->connection = std::move(*opened);
    if (const auto prepared = slot->prepare_all(); !prepared)
      return fail(prepared.error(), slot->connection.last_error());
  }

  auto& connection = slot->connection;
  if (const auto begun = connection.execute(Connection::begin); !begun)
    return fail(begun.error(), connection.last_error());
  auto worked = work(*slot);
  if (!worked) return fail(worked.error(), connection.last_error());  // closing rolls back
  if (const auto committed = connection.execute("COMMIT"); !committed)
    return fail(committed.error(), connection.last_error());
  log_.succeeded();
  return worked;
}

result<void> sqlite_store::apply(const batch& b) {
  if (!valid_node(b.node)) return log_.failed("apply", errc::store_refused, "the node's name is not valid");
  const auto links = by_key(b.links);
  const auto sites = b.day ? site_totals(b.links) : std::vector<site_total>{};
  const auto day = b.day ? day_text(*b.day) : std::string{};

  const std::lock_guard lock{writing_};
  return transact(writer_, "apply", [&](writer& to) -> result<void> {
    const auto applied = to.already_applied(b);
    if (!applied) return applied.error();
    if (*applied) return {};
    for (const auto* link : links)
      if (const auto done = write_link(to.add_link, link->key, link->delta); !done) return done;
    for (const auto& site : sites) {
      to.add_site_day.bind(1, site.site).bind(2, day).bind(3, site.impressions).bind(4, site.clicks);
      if (const auto done = to.add_site_day.run(); !done) return done;
    }
    return to.set_epoch.bind(1, b.node).bind(2, b.number).run();
  });
}

result<std::vector<std::optional<tally>>> sqlite_store::find(std::span<const std::string> keys) {
  const std::lock_guard lock{reading_};
  return transact(reader_, "find", [&](reader& from) -> result<std::vector<std::optional<tally>>> {
    std::vector<std::optional<tally>> tallies(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto found = from.find_link.bind(1, keys[i]).next();
      if (!found) return found.error();
      if (*found) tallies[i] = read_tally(from.find_link, 0);
      from.find_link.reset();
    }
    return tallies;
  });
}

result<shares_recorded> sqlite_store::record_shares(std::span<const share_report> reports) {
  const std::lock_guard lock{writing_};
  return transact(writer_, "record_shares", [&](writer& to) -> result<shares_recorded> {
    shares_recorded recorded;
    for (const auto& report : reports) {
      const auto counted = to.count_share(report);
      if (!counted) return counted.error();
      ++(*counted ? recorded.counted : recorded.repeated);
      recorded.fresh.push_back(*counted);
    }
    return recorded;
  });
}

result<void> sqlite_store::set(std::span<const stored_link> links) {
  const std::lock_guard lock{writing_};
  return transact(writer_, "set", [&](writer& to) -> result<void> {
    for (const auto& link : links)
      if (const auto done = write_link(to.set_link, link.key, link.counts); !done) return done;
    return {};
  });
}

// On a connection of its own, so that nobody waits for a long export. One statement reads one state of the
// file, whatever is written meanwhile.
result<void> sqlite_store::for_each(const std::function<void(const stored_link&)>& visit) {
  std::string why;
  auto connection = open(why);
  if (!connection) return log_.failed("read all", connection.error(), why);
  auto rows = connection->prepare("SELECT key, impressions, clicks, shares FROM links ORDER BY key");
  if (!rows) return log_.failed("read all", rows.error(), connection->last_error());
  for (stored_link link;;) {
    const auto row = rows->next();
    if (!row) return log_.failed("read all", row.error(), connection->last_error());
    if (!*row) break;
    link.key = rows->text(0);
    link.counts = read_tally(*rows, 1);
    visit(link);
  }
  log_.succeeded();
  return {};
}

result<void> sqlite_store::ping() {
  const std::lock_guard lock{reading_};
  return transact(reader_, "ping", [](reader& from) -> result<void> {
    const auto read = from.connection.query_integer("SELECT count(*) FROM applied");
    if (!read) return read.error();
    return {};
  });
}

result<bring_report> sqlite_store::bring(std::span<const batch> batches) {
  for (const auto& each : batches)
    if (auto done = apply(each); !done) return done.error();
  return bring_report{};
}

result<fold_report> sqlite_store::fold(fold_turn) {
  return fold_report{};
}

result<void> sqlite_store::for_each_refused(const std::function<void(const refused_item&)>&) {
  return {};
}

result<std::int64_t> sqlite_store::retry_refused(std::string_view) {
  return std::int64_t{0};
}

}  // namespace buttond
