#include "button/store/sqlite_pool.hpp"

#include "button/store/sqlite_schema.hpp"

namespace buttond {
namespace {

// What it writes may be lost with the power, unless it asks for more (the store's own connections go on to
// sync what they write). Few pages: a site's links are read once.
constexpr auto settings =
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA cache_size = -4096;";

}  // namespace

sqlite_pool::sqlite_pool(std::filesystem::path file, std::size_t most, std::chrono::milliseconds busy)
    : file_(std::move(file)), busy_(busy), free_(most) {}

bool sqlite_pool::there() const {
  return !is_new_file(file_);
}

result<sqlite_connection> sqlite_pool::take(monotonic_time deadline) {
  sqlite_connection connection;
  bool opened = false;
  {
    std::unique_lock lock{mutex_};
    if (!returned_.wait_until(lock, deadline, [&] { return free_ > 0; })) return errc::store_timeout;
    --free_;
    opened = !idle_.empty();
    if (opened) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!opened || connection.moved()) {
    auto fresh = open();
    if (!fresh) {
      give_back({}, false);
      return fresh.error();
    }
    connection = std::move(*fresh);
  }
  connection.end_at(deadline);
  return connection;
}

result<sqlite_connection> sqlite_pool::open() const {
  if (!there()) return errc::store_unavailable;
  std::string why;
  auto connection = sqlite_connection::open(file_, false, busy_, why);
  if (!connection) return connection.error();
  if (const auto prepared = prepare_sqlite_schema(*connection, why); !prepared) return prepared.error();
  if (const auto set = connection->execute(settings); !set) return set.error();
  return connection;
}

void sqlite_pool::give_back(sqlite_connection connection, bool usable) {
  {
    const std::lock_guard lock{mutex_};
    ++free_;
    if (usable) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace buttond
