#pragma once
// What a case on the MongoDB of the tests begins with: TEST_CASE_METHOD(on_mongodb, "..",
// "[store][mongodb]"). Where there is no MongoDB the case is skipped, which is a failure in CI.

#include "button/store/mongodb_store.hpp"
#include "tests/unit/batches.hpp"
#include "tests/unit/mongodb_of_tests.hpp"

#include <catch2/catch.hpp>

namespace buttond::testing {

class needs_mongodb {
 protected:
  needs_mongodb() {
    // Catch 2 has no way to skip a case. One that ends like this has failed if a check of it has; here none.
    if (!mongodb_is_there()) throw Catch::TestFailureException();
  }
};

/// An empty database of the case's own, a store on it that has not connected yet, and a node with no batch.
struct on_mongodb : needs_mongodb {
  const mongodb_database database;
  mongodb_store db{database.uri()};
  test_node node{"node-1"};
};

}  // namespace buttond::testing
