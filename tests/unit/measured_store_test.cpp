#include "button/store/measured_store.hpp"

#include "tests/unit/plain_store.hpp"
#include "tests/unit/still_clock.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

/// A store that takes its time, and fails as it is told to.
class slow_store final : public testing::plain_store {
 public:
  explicit slow_store(testing::still_clock& time) : time_(time) {}

  result<std::vector<std::optional<tally>>> find(std::span<const std::string>) override {
    time_.advance(3ms);
    if (reading) return reading;
    return std::vector<std::optional<tally>>();
  }
  result<void> can_write(std::string&) override {
    if (writing) return writing;
    return {};
  }

  error_code reading;
  error_code writing;

 private:
  testing::still_clock& time_;
};

struct rig {
  void read() { static_cast<void>(store.find({})); }
  void write() {
    std::string why;
    static_cast<void>(store.can_write(why));
  }

  testing::still_clock time;
  std::unique_ptr<slow_store> made = std::make_unique<slow_store>(time);
  slow_store& inner = *made;
  measured_store store{std::move(made), time};
};

}  // namespace

TEST_CASE("A measured store says how long the last read took that succeeded", "[store]") {
  rig all;
  CHECK_FALSE(all.store.numbers().last_read);
  all.read();
  CHECK(all.store.numbers().last_read == 3ms);
}

TEST_CASE("A measured store says why reading fails and for how long, until it succeeds", "[store]") {
  rig all;
  all.inner.reading = make_error_code(errc::store_timeout);
  all.read();
  all.time.advance(10s);
  all.inner.reading = make_error_code(errc::store_no_primary);
  all.read();
  const auto numbers = all.store.numbers();
  REQUIRE(numbers.reading_fails);
  CHECK(numbers.reading_fails->error == make_error_code(errc::store_no_primary));
  CHECK(numbers.reading_fails->lasting == 10s + 3ms);
  CHECK_FALSE(numbers.writing_fails);
  all.inner.reading = {};
  all.read();
  CHECK_FALSE(all.store.numbers().reading_fails);
}

TEST_CASE("A measured store says why writing fails, until all of it succeeds", "[store]") {
  rig all;
  all.inner.writing = make_error_code(errc::store_forbidden);
  all.write();
  all.read();
  REQUIRE(all.store.numbers().writing_fails);
  CHECK(all.store.numbers().writing_fails->error == make_error_code(errc::store_forbidden));
  CHECK_FALSE(all.store.numbers().reading_fails);
  static_cast<void>(all.store.bring({}, {}));  // which it does not take either
  all.inner.writing = {};
  all.write();
  CHECK(all.store.numbers().writing_fails);
}
