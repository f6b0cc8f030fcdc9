#include "button/store/sqlite_store.hpp"

#include "button/store/batch_parts.hpp"
#include "button/store/sqlite_moves.hpp"
#include "button/store/sqlite_schema.hpp"
#include "button/store/sqlite_writer.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <type_traits>
#include <utility>

namespace buttond {
namespace {

using op = store_operation;

/// Of a disk that is not full: a commit of one link takes some pages of 4 KiB.
constexpr std::uintmax_t least_room = std::uintmax_t{64} << 10;

std::filesystem::path directory_of(const std::filesystem::path& file) {
  const auto directory = file.parent_path();
  return directory.empty() ? "." : directory;
}

}  // namespace

struct sqlite_store::reader {
  static constexpr auto begin = "BEGIN";

  sqlite_connection connection;
  sqlite_statement find_link;
  sqlite_ways ways;

  result<void> prepare_all() {
    if (const auto prepared = ways.prepare(connection); !prepared) return prepared;
    return prepare_statements(connection,
                              {{find_link, "SELECT impressions, clicks, shares FROM links WHERE key = ?1"}});
  }
};

sqlite_store::sqlite_store(sqlite_store_options options)
    : options_(std::move(options)), log_("sqlite:" + options_.file.string(), kind()) {
  // A new file is made at its first use: the syncs of that would be a fourth of the start.
  std::error_code unknown;
  if (options_.create && !std::filesystem::exists(options_.file, unknown) && !unknown) return;
  std::string why;
  if (const auto opened = open(why); !opened && opened.error() == errc::store_schema)
    throw startup_error(fmt::format("the store {} cannot be used: {}", options_.file.string(), why));
}

sqlite_store::~sqlite_store() = default;

result<sqlite_connection> sqlite_store::open(std::string& why) const {
  auto connection = sqlite_connection::open(options_.file, options_.create, options_.busy, why);
  const auto prepared = connection ? prepare_sqlite_schema(*connection, why) : connection.error();
  if (prepared) return connection;
  // "unable to open database file" is all that SQLite says of much.
  if (prepared.error() != errc::store_unavailable) return prepared.error();
  const auto usable = directory_is_usable();
  return usable ? prepared.error() : usable.error();
}

template <class Connection>
result<void> sqlite_store::connect(std::unique_ptr<Connection>& slot, std::string& why) const {
  if (slot && slot->connection.moved()) slot.reset();
  if (slot) return {};
  auto opened = open(why);
  if (!opened) return opened.error();
  slot = std::make_unique<Connection>();
  slot->connection = std::move(*opened);
  const auto prepared = slot->prepare_all();
  if (!prepared) why = slot->connection.last_error();
  return prepared;
}

template <class Connection, class Work>
auto sqlite_store::transact(std::unique_ptr<Connection>& slot, store_operation operation, Work work) {
  using result_type = std::invoke_result_t<Work, Connection&>;
  const auto fail = [&](error_code error, std::string_view why) {
    slot.reset();
    return result_type{log_.failed(operation, error, why)};
  };

  std::string why;
  if (const auto connected = connect(slot, why); !connected) return fail(connected.error(), why);
  auto& connection = slot->connection;
  if (const auto begun = connection.execute(Connection::begin); !begun)
    return fail(begun.error(), connection.last_error());
  auto worked = work(*slot);
  if (!worked) return fail(worked.error(), connection.last_error());  // closing rolls back
  if (const auto committed = connection.execute("COMMIT"); !committed)
    return fail(committed.error(), connection.last_error());
  log_.succeeded(operation);
  return worked;
}

result<bring_report> sqlite_store::bring(std::span<const batch> batches, std::span<const batch>) {
  for (const auto& b : batches)
    if (!valid_node(b.node))
      return log_.failed(op::bring, errc::store_refused, "the node's name is not valid");
  const std::lock_guard lock{writing_};
  const auto brought = transact(writer_, op::bring, [&](sqlite_writer& to) -> result<bring_report> {
    bring_report report;
    for (const auto& b : batches)
      if (const auto done = to.bring(b, report); !done) return done.error();
    return report;
  });
  if (brought && brought->name_taken) {
    spdlog::error(
        "store sqlite:{}: another process goes on under the name of node {}; {} batches with {} impressions, "
        "{} clicks are set aside, not counted: `buttond refused` lists them. Was its data directory copied?",
        options_.file.string(), batches.front().node, brought->set_aside_batches,
        brought->set_aside.impressions, brought->set_aside.clicks);
  }
  return brought;
}

// A batch is in the links when it is brought.
result<fold_report> sqlite_store::fold(const std::atomic<fold_turn>&) {
  const std::lock_guard lock{reading_};
  return transact(reader_, op::fold, [](reader& from) -> result<fold_report> {
    const auto set_aside = from.connection.query_integer("SELECT count(*) FROM refused");
    if (!set_aside) return set_aside.error();
    fold_report report;
    report.set_aside = *set_aside;
    return report;
  });
}

result<std::vector<std::optional<tally>>> sqlite_store::find(std::span<const std::string> keys) {
  const std::lock_guard lock{reading_};
  return transact(reader_, op::find,
                  [&](reader& from) { return find_tallies(keys, from.ways, from.find_link); });
}

result<shares_recorded> sqlite_store::record_shares(std::span<const share_report> reports) {
  const std::lock_guard lock{writing_};
  return transact(writer_, op::record_shares, [&](sqlite_writer& to) -> result<shares_recorded> {
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

result<std::string> sqlite_store::share_key(std::string_view proposed) {
  const std::lock_guard lock{writing_};
  return transact(writer_, op::share_key, [&](sqlite_writer& to) { return to.share_key(proposed); });
}

result<void> sqlite_store::set(std::span<const stored_link> links) {
  const std::lock_guard lock{writing_};
  return transact(writer_, op::set, [&](sqlite_writer& to) -> result<void> {
    for (const auto& link : links)
      if (const auto done = to.set(link); !done) return done;
    return {};
  });
}

result<std::vector<link_moved>> sqlite_store::move(std::span<const link_move> moves, move_mode mode) {
  const std::lock_guard lock{writing_};
  return transact(writer_, op::move, [&](sqlite_writer& to) { return to.move(moves, mode); });
}

// On a connection of its own, so that nobody waits for a long export. One statement reads one state of the
// file, whatever is written meanwhile.
result<void> sqlite_store::for_each(const std::function<void(const stored_link&)>& visit) {
  std::string why;
  auto connection = open(why);
  if (!connection) return log_.failed(op::read_links, connection.error(), why);
  auto rows = connection->prepare(
      "SELECT links.key, impressions, clicks, shares, moved_to FROM links "
      "LEFT JOIN moved_links ON moved_links.key = links.key ORDER BY links.key");
  if (!rows) return log_.failed(op::read_links, rows.error(), connection->last_error());
  for (stored_link link;;) {
    const auto row = rows->next();
    if (!row) return log_.failed(op::read_links, row.error(), connection->last_error());
    if (!*row) break;
    link.key = rows->text(0);
    link.counts = read_tally(*rows, 1);
    link.moved_to = rows->text(4);
    visit(link);
  }
  log_.succeeded(op::read_links);
  return {};
}

template <class Connection, class Work>
result<void> sqlite_store::probe(std::unique_ptr<Connection>& slot, store_operation operation, Work work,
                                 std::string& why) {
  const auto attempt = [&]() -> result<void> {
    if (is_new_file(options_.file)) {
      slot.reset();
      return can_be_made(why);
    }
    if (const auto connected = connect(slot, why); !connected) return connected;
    auto done = slot->connection.execute(Connection::begin);
    if (done) done = work(slot->connection);
    if (done) done = slot->connection.execute("ROLLBACK");
    if (!done) why = slot->connection.last_error();
    return done;
  };
  auto done = attempt();
  if (done && operation == op::can_write) done = has_room(why);
  if (done) {
    log_.succeeded(operation);
    return done;
  }
  slot.reset();
  return log_.explained(operation, done.error(), why);
}

result<void> sqlite_store::ping(std::string& why) {
  const std::lock_guard lock{reading_};
  return probe(
      reader_, op::ping,
      [](sqlite_connection& from) -> result<void> {
        const auto read = from.query_integer("SELECT count(*) FROM applied");
        if (!read) return read.error();
        return {};
      },
      why);
}

// No node has this name.
result<void> sqlite_store::can_write(std::string& why) {
  const std::lock_guard lock{writing_};
  return probe(
      writer_, op::can_write,
      [](sqlite_connection& to) { return to.execute("INSERT INTO applied VALUES ('', 0, '')"); }, why);
}

result<void> sqlite_store::can_be_made(std::string& why) const {
  if (!options_.create) {
    why = "there is no such file";
    return errc::store_unavailable;
  }
  const auto usable = directory_is_usable();
  if (!usable) why = fmt::format("no file can be made in {}", directory_of(options_.file).string());
  return usable;
}

// Files are made in it beside ours.
result<void> sqlite_store::directory_is_usable() const {
  if (::faccessat(AT_FDCWD, directory_of(options_.file).c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  return store_error(errno, errc::store_unavailable);
}

// What is written in a transaction comes to the disk with its end.
result<void> sqlite_store::has_room(std::string& why) const {
  std::error_code unknown;
  const auto space = std::filesystem::space(directory_of(options_.file), unknown);
  if (unknown || (::geteuid() == 0 ? space.free : space.available) > least_room) return {};
  why = fmt::format("{} bytes are free", space.available);
  return errc::store_full;
}

result<void> sqlite_store::for_each_refused(const std::function<void(const refused_item&)>& visit) {
  std::string why;
  auto connection = open(why);
  if (!connection) return log_.failed(op::read_refused, connection.error(), why);
  if (const auto read = visit_refused(*connection, visit); !read)
    return log_.failed(op::read_refused, read.error(), connection->last_error());
  log_.succeeded(op::read_refused);
  return {};
}

// Only a batch that was set aside is ever refused here, and that takes an operator to say that it counts.
result<std::int64_t> sqlite_store::retry_refused(std::string_view id) {
  if (id.empty()) return 0;
  const std::lock_guard lock{writing_};
  bool unknown = false;
  const auto counted = transact(writer_, op::retry_refused, [&](sqlite_writer& to) -> result<std::int64_t> {
    const auto item = to.take_refused(id);
    if (!item) return item.error();
    unknown = !item->has_value();
    if (unknown) return 0;
    if (const auto added = to.add((*item)->deltas(), (*item)->day); !added) return added.error();
    return 1;
  });
  if (counted && unknown) {
    return log_.failed(
        op::retry_refused, errc::store_refused,
        fmt::format("nothing in `refused` has the id {}: `buttond refused` lists what is there", id));
  }
  return counted;
}

}  // namespace buttond
