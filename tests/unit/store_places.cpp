#include "tests/unit/store_places.hpp"

#include "button/store/open_store.hpp"
#include "tests/unit/temporary_directory.hpp"

namespace buttond::testing {
namespace {

class sqlite_place final : public store_place {
 public:
  std::string uri() const override { return "sqlite:" + (directory_.path() / "buttond.db").string(); }

 private:
  temporary_directory directory_;
};

}  // namespace

std::unique_ptr<store> store_place::open() const {
  return open_store(uri());
}

std::vector<std::string> store_kinds() {
  return {"sqlite"};
}

std::unique_ptr<store_place> make_place(const std::string&) {
  return std::make_unique<sqlite_place>();
}

}  // namespace buttond::testing
