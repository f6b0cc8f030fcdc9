#pragma once
// Where the contract suite keeps its counts: a fresh place for each test case, in SQLite always, and in the
// MongoDB that BUTTOND_TEST_MONGODB_URI names where it is set (tests/run sets it).

#include "button/store/store.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buttond::testing {

/// An empty database of the test's own, dropped at the end. Every open() is another node's store in it.
class store_place {
 public:
  virtual ~store_place() = default;
  virtual std::string uri() const = 0;
  std::unique_ptr<store> open() const;
};

/// "sqlite", and "mongodb" where there is one.
std::vector<std::string> store_kinds();

std::unique_ptr<store_place> make_place(const std::string& kind);

}  // namespace buttond::testing

/// A place of a fresh kind for each run of the test case, and a store in it.
#define EACH_STORE()                                                                                \
  const auto store_kind = GENERATE(Catch::Generators::from_range(buttond::testing::store_kinds())); \
  CAPTURE(store_kind);                                                                              \
  const auto place = buttond::testing::make_place(store_kind);                                      \
  const auto db = place->open()
