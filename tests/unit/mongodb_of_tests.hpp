#pragma once
// The MongoDB that BUTTOND_TEST_MONGODB_URI names (tests/run starts one and sets it), as another program sees
// it: a database of a test's own, and its documents in JSON.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <memory>
#include <optional>
#include <string>

namespace buttond::testing {

/// The URI without a database, or nothing.
std::optional<std::string> mongodb_of_tests();

/// Whether there is one; says that the test is skipped where there is none, which is a failure in CI.
bool mongodb_is_there();

class mongodb_database {
 public:
  /// An empty database with a name of its own; dropped at the end.
  mongodb_database();
  ~mongodb_database();
  mongodb_database(const mongodb_database&) = delete;
  mongodb_database& operator=(const mongodb_database&) = delete;

  /// With the database's name, as --store takes it.
  const std::string& uri() const noexcept { return uri_; }

  /// The documents of a collection in the order of their ids, as canonical extended JSON: each number is an
  /// object that names its type.
  boost::json::array documents(const char* collection) const;

  /// Runs a command, given in JSON, on this database and the primary. Returns the reply.
  boost::json::object run(const std::string& command) const;

  /// Runs a command on the database `admin`.
  void on_server(const std::string& command) const;

  /// Runs a command in a transaction that stays open until commit() or roll_back().
  void begin(const std::string& command) const;
  void commit() const;
  void roll_back() const;

  /// uri() with one option more, as "readPreference=secondary".
  std::string uri_with(const std::string& option) const;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
  std::string uri_;
};

}  // namespace buttond::testing
