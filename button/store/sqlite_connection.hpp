#pragma once
// SQLite in C++ terms: a connection, its prepared statements and its transactions, with our error codes. It
// knows nothing of links; the stores' own words are in sqlite_store. The only file that includes SQLite is
// this header's source.
//
// A connection and its statements belong to one thread at a time (SQLITE_OPEN_NOMUTEX): the owner locks.

#include "common/clock.hpp"
#include "common/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace buttond {

/// The error of a store whose file met the system's error `number` (errno).
error_code store_error(int number, errc otherwise) noexcept;

/// Whether there is no database in `file` yet: it is not there, or empty. What cannot be seen may be one.
bool is_new_file(const std::filesystem::path& file) noexcept;

/// A prepared statement. What run() or row() fails with is explained by its connection's last_error().
class sqlite_statement {
 public:
  sqlite_statement() = default;
  explicit sqlite_statement(sqlite3_stmt* handle) noexcept : handle_(handle) {}

  /// Parameters, from 1. Text is not copied: it must live until the statement is reset.
  sqlite_statement& bind(int parameter, std::int64_t value) noexcept;
  sqlite_statement& bind(int parameter, std::string_view text) noexcept;

  /// Runs a statement that has no rows, and resets it.
  result<void> run() noexcept;

  /// Takes one row: false, and reset, when there is none left.
  result<bool> next() noexcept;

  /// Columns of the row, from 0. Text lives until the next step.
  std::int64_t integer(int column) const noexcept;
  std::string_view text(int column) const noexcept;

  void reset() noexcept;

 private:
  struct finalizer {
    void operator()(sqlite3_stmt* handle) const noexcept;
  };
  std::unique_ptr<sqlite3_stmt, finalizer> handle_;
};

class sqlite_connection {
 public:
  sqlite_connection() = default;

  /// Opens `file` (made when it is missing, if `create`). A lock held by somebody else is waited for at most
  /// `busy`. A failure is explained in `why`.
  static result<sqlite_connection> open(const std::filesystem::path& file, bool create,
                                        std::chrono::milliseconds busy, std::string& why);

  /// Runs statements without parameters and without rows that matter.
  result<void> execute(const char* sql) noexcept;

  /// Prepares a statement that is kept: it must not outlive the connection.
  result<sqlite_statement> prepare(std::string_view sql) noexcept;

  /// The first column of the first row, a number.
  result<std::int64_t> query_integer(std::string_view sql) noexcept;

  /// Whether the file was removed, renamed or replaced since it was opened: what is written to it now would
  /// not be found again.
  bool moved() const noexcept;

  /// What runs from now on is ended at `deadline`, with errc::store_timeout, and so is every statement that
  /// begins later; a lock that somebody else holds is waited for besides (see open()).
  void end_at(monotonic_time deadline);

  /// The rows that the last INSERT, UPDATE or DELETE changed.
  std::int64_t changes() const noexcept;

  /// What SQLite says about the last failure.
  std::string last_error() const;

 private:
  explicit sqlite_connection(sqlite3* handle) noexcept : handle_(handle) {}

  struct closer {
    void operator()(sqlite3* handle) const noexcept;
  };
  std::unique_ptr<monotonic_time> deadline_;  // SQLite knows where it is
  std::unique_ptr<sqlite3, closer> handle_;
};

/// A statement that is kept, and what it is prepared from.
struct sqlite_statement_text {
  sqlite_statement& statement;
  std::string_view sql;
};

result<void> prepare_statements(sqlite_connection& connection,
                                std::initializer_list<sqlite_statement_text> texts);

}  // namespace buttond
