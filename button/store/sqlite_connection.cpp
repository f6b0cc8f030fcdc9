#include "button/store/sqlite_connection.hpp"

#include "button/store/library_versions.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace buttond {
namespace {

/// SQLite's result codes (https://www.sqlite.org/rescode.html), primary code in the low byte.
error_code to_error(int code, sqlite3* handle) noexcept {
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return {};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:  // by end_at()
      return errc::store_timeout;
    case SQLITE_FULL:
      return errc::store_full;
    case SQLITE_READONLY:
      return errc::store_read_only;
    case SQLITE_AUTH:
    case SQLITE_PERM:
      return errc::store_forbidden;
    case SQLITE_CORRUPT:
      return errc::store_damaged;
    case SQLITE_CANTOPEN:
      return store_error(sqlite3_system_errno(handle), errc::store_unavailable);
    case SQLITE_IOERR:
      return store_error(sqlite3_system_errno(handle), errc::store_damaged);
    case SQLITE_NOLFS:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
      return errc::store_unavailable;
    case SQLITE_NOTADB:
      return errc::store_schema;
    default:
      return errc::store_refused;
  }
}

/// How often a statement looks whether its time is up: some 20 us of its work, and a thousandth of it.
constexpr int steps_between_looks = 1'000;

int is_over(void* deadline) noexcept {
  return std::chrono::steady_clock::now() >= *static_cast<const monotonic_time*>(deadline) ? 1 : 0;
}

result<void> check(int code, sqlite3* handle) noexcept {
  if (const auto error = to_error(code, handle)) return error;
  return {};
}

}  // namespace

bool is_new_file(const std::filesystem::path& file) noexcept {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(file, unknown);
  return unknown ? unknown == std::errc::no_such_file_or_directory : size == 0;
}

error_code store_error(int number, errc otherwise) noexcept {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return errc::store_full;
    case EROFS:
      return errc::store_read_only;
    case EACCES:
    case EPERM:
      return errc::store_forbidden;
    default:
      return otherwise;
  }
}

const char* sqlite_version() noexcept {
  return sqlite3_libversion();
}

void sqlite_statement::finalizer::operator()(sqlite3_stmt* handle) const noexcept {
  sqlite3_finalize(handle);
}

// A failed bind leaves the parameter NULL, which the columns (NOT NULL) refuse in the step: no check here.
sqlite_statement& sqlite_statement::bind(int parameter, std::int64_t value) noexcept {
  sqlite3_bind_int64(handle_.get(), parameter, value);
  return *this;
}

sqlite_statement& sqlite_statement::bind(int parameter, std::string_view text) noexcept {
  // The pointer of an empty view may be null, which SQLite would take for NULL.
  sqlite3_bind_text64(handle_.get(), parameter, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}

result<void> sqlite_statement::run() noexcept {
  const auto stepped = sqlite3_step(handle_.get());
  sqlite3_reset(handle_.get());
  return check(stepped, sqlite3_db_handle(handle_.get()));
}

result<bool> sqlite_statement::next() noexcept {
  const auto stepped = sqlite3_step(handle_.get());
  if (stepped == SQLITE_ROW) return true;
  sqlite3_reset(handle_.get());
  if (const auto error = to_error(stepped, sqlite3_db_handle(handle_.get())))
    return {boost::system::in_place_error, error};
  return false;
}

std::int64_t sqlite_statement::integer(int column) const noexcept {
  return sqlite3_column_int64(handle_.get(), column);
}

std::string_view sqlite_statement::text(int column) const noexcept {
  const auto* bytes = sqlite3_column_text(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return {reinterpret_cast<const char*>(bytes), bytes == nullptr ? 0 : size};
}

void sqlite_statement::reset() noexcept {
  sqlite3_reset(handle_.get());
}

void sqlite_connection::closer::operator()(sqlite3* handle) const noexcept {
  sqlite3_close_v2(handle);
}

result<sqlite_connection> sqlite_connection::open(const std::filesystem::path& file, bool create,
                                                  std::chrono::milliseconds busy, std::string& why) {
  sqlite3* handle = nullptr;
  const auto flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
  const auto opened = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  sqlite_connection connection{handle};  // there even after a failure, to be closed
  if (const auto error = to_error(opened, handle)) {
    why = connection.last_error();
    return error;
  }
  sqlite3_busy_timeout(handle, static_cast<int>(busy.count()));
  return connection;
}

result<void> sqlite_connection::execute(const char* sql) noexcept {
  return check(sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr), handle_.get());
}

result<sqlite_statement> sqlite_connection::prepare(std::string_view sql) noexcept {
  sqlite3_stmt* handle = nullptr;
  const auto prepared = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                           SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (const auto error = to_error(prepared, handle_.get())) return error;
  return sqlite_statement{handle};
}

result<std::int64_t> sqlite_connection::query_integer(std::string_view sql) noexcept {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->next();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

bool sqlite_connection::moved() const noexcept {
  int moved = 0;
  sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

void sqlite_connection::end_at(monotonic_time deadline) {
  if (!deadline_) deadline_ = std::make_unique<monotonic_time>();
  *deadline_ = deadline;
  const bool never = deadline == monotonic_time::max();
  sqlite3_progress_handler(handle_.get(), never ? 0 : steps_between_looks, never ? nullptr : is_over,
                           deadline_.get());
}

std::int64_t sqlite_connection::changes() const noexcept {
  return sqlite3_changes64(handle_.get());
}

std::string sqlite_connection::last_error() const {
  if (!handle_) return sqlite3_errstr(SQLITE_NOMEM);
  return sqlite3_errmsg(handle_.get());
}

result<void> prepare_statements(sqlite_connection& connection,
                                std::initializer_list<sqlite_statement_text> texts) {
  for (const auto& [statement, sql] : texts) {
    auto prepared = connection.prepare(sql);
    if (!prepared) return prepared.error();
    statement = std::move(*prepared);
  }
  return {};
}

}  // namespace buttond
