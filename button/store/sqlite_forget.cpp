#include "button/store/sqlite_forget.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace buttond {
namespace {

/// Of a portion: links, and rows of all tables together (a link can have some 500 ids of shares).
constexpr std::int64_t most_links = 1'000;
constexpr std::int64_t most_rows = 20'000;

/// The condition that `key` is of the site ?1 (see keys_below).
constexpr std::string_view of_site =
    "(key = ?1 OR (key >= ?1 || '/' AND key < ?1 || '0') OR (key >= ?1 || '?' AND key < ?1 || '@'))";

class forgetting {
 public:
  explicit forgetting(sqlite_connection& in) noexcept : in_(in) {}

  result<forgotten> run(std::string_view site) {
    const auto keys = some_keys(site);
    if (!keys) return keys.error();
    for (const auto& key : *keys) {
      const auto gone = forget_link(key);
      if (!gone) return gone.error();
      if (rows_ >= most_rows) break;
    }
    done_.more = rows_ >= most_rows || std::ssize(*keys) == most_links;
    if (!done_.more)
      if (const auto gone = forget_rest(site); !gone) return gone.error();
    return done_;
  }

 private:
  result<std::vector<std::string>> some_keys(std::string_view site) {
    std::vector<std::string> keys;
    auto rows = in_.prepare(
        "SELECT key FROM links WHERE key = ?1 UNION ALL "
        "SELECT key FROM links WHERE key >= ?1 || '/' AND key < ?1 || '0' UNION ALL "
        "SELECT key FROM links WHERE key >= ?1 || '?' AND key < ?1 || '@' LIMIT ?2");
    if (!rows) return rows.error();
    rows->bind(1, site).bind(2, most_links);
    for (;;) {
      const auto row = rows->next();
      if (!row) return row.error();
      if (!*row) return keys;
      keys.emplace_back(rows->text(0));
    }
  }

  result<void> forget_link(std::string_view key) {
    if (!prepared_) {
      const auto prepared =
          prepare_statements(in_, {{shares_, "DELETE FROM recent_shares WHERE key = ?1"},
                                   {reader_shares_, "DELETE FROM recent_reader_shares WHERE key = ?1"},
                                   {ways_, "DELETE FROM moved_links WHERE key = ?1"},
                                   {links_, "DELETE FROM links WHERE key = ?1"}});
      if (!prepared) return prepared;
      prepared_ = true;
    }
    std::int64_t ways = 0;
    auto gone = remove(shares_, key, done_.share_ids);
    if (gone) gone = remove(reader_shares_, key, done_.share_ids);
    if (gone) gone = remove(ways_, key, ways);
    if (gone) gone = remove(links_, key, done_.links);
    return gone;
  }

  /// What is left of the site without its links. A batch that was set aside stays, without what it has of it:
  /// a later one of its node is known by it.
  result<void> forget_rest(std::string_view site) {
    auto gone = remove_from("site_days", "site = ?1", site, done_.days);
    if (gone) gone = remove_from("refused_links", of_site, site, done_.refused);
    return gone;
  }

  result<void> remove_from(std::string_view table, std::string_view condition, std::string_view site,
                           std::int64_t& count) {
    auto statement = in_.prepare(fmt::format("DELETE FROM {} WHERE {}", table, condition));
    if (!statement) return statement.error();
    return remove(*statement, site, count);
  }

  result<void> remove(sqlite_statement& statement, std::string_view what, std::int64_t& count) {
    if (const auto gone = statement.bind(1, what).run(); !gone) return gone;
    count += in_.changes();
    rows_ += in_.changes();
    return {};
  }

  sqlite_connection& in_;
  forgotten done_;
  std::int64_t rows_ = 0;
  bool prepared_ = false;
  sqlite_statement shares_;
  sqlite_statement reader_shares_;
  sqlite_statement ways_;
  sqlite_statement links_;
};

}  // namespace

result<forgotten> forget_in_sqlite(sqlite_connection& connection, std::string_view site) {
  return forgetting{connection}.run(site);
}

}  // namespace buttond
