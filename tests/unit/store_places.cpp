#include "tests/unit/store_places.hpp"

#include "button/store/open_store.hpp"
#include "tests/unit/mongodb_of_tests.hpp"
#include "tests/unit/temporary_directory.hpp"

namespace buttond::testing {
namespace {

class sqlite_place final : public store_place {
 public:
  std::string uri() const override { return "sqlite:" + (directory_.path() / "buttond.db").string(); }

 private:
  temporary_directory directory_;
};

class mongodb_place final : public store_place {
 public:
  std::string uri() const override { return database_.uri(); }

 private:
  mongodb_database database_;
};

}  // namespace

std::unique_ptr<store> store_place::open() const {
  return open_store(uri());
}

std::vector<std::string> store_kinds() {
  if (mongodb_of_tests()) return {"sqlite", "mongodb"};
  return {"sqlite"};
}

std::unique_ptr<store_place> make_place(const std::string& kind) {
  if (kind == "mongodb") return std::make_unique<mongodb_place>();
  return std::make_unique<sqlite_place>();
}

}  // namespace buttond::testing
