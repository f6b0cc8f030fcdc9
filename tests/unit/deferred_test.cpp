#include "button/handlers/deferred.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

using deferred_text = deferred<std::string>;

void answer_text(const std::optional<std::string>& given, http::response& out) {
  out.body = given.value_or("nothing came");
}

}  // namespace

TEST_CASE("A deferred answer is made of what another thread hands over", "[handlers][concurrent]") {
  std::thread other;
  deferred_text answer(
      1s, [&](auto give) { other = std::thread([give = std::move(give)] { give("42"); }); }, answer_text);
  bool woken = false;
  answer.start([&] { woken = true; });
  other.join();
  http::response out;
  answer.finish(out);
  CHECK(woken);
  CHECK(out.body == "42");
}

TEST_CASE("A deferred answer says that nothing came in time, and what comes late harms nobody",
          "[handlers]") {
  deferred_text::hand_over late;
  auto answer = std::make_unique<deferred_text>(
      1s, [&](auto give) { late = std::move(give); }, answer_text);
  answer->start([] {});
  http::response out;
  answer->finish(out);
  CHECK(out.body == "nothing came");
  answer.reset();
  late("42");
}
