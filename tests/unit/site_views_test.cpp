#include "button/handlers/dashboard/site_views.hpp"

#include "tests/unit/recording_survey.hpp"
#include "tests/unit/still_clock.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>

using namespace buttond;
using namespace buttond::testing;
using namespace std::chrono_literals;

namespace {

struct rig {
  still_clock time;
  recording_survey store;
  recent_links recent{time};
  std::atomic<int> calls{0};
  site_views views{
      {store, recent, [] { return std::nullopt; }, [](const std::string&) { return true; }, time},
      "https://share.example.org"};

  rig() {
    store.site_key = std::string(64, 'a');
    store.before_each = [this] { ++calls; };
    views.start();
  }
  ~rig() { views.stop(); }

  std::string link(std::string_view site, std::chrono::seconds good_for) {
    const auto until = std::chrono::floor<std::chrono::seconds>(time.wall()) + good_for;
    return site_link_target(secret_key_of(store.site_key).value(), site, until);
  }

  /// Waits for the answer, where one has to.
  http::response get(const std::string& target) {
    http::request in;
    const auto question = target.find('?');
    in.path = std::string_view(target).substr(0, question);
    in.query = std::string_view(target).substr(question + 1);
    http::response out;
    std::string scratch;
    const auto later =
        in.path == "/site" ? views.answer_shared(in, scratch, out) : views.answer_operator(in, scratch, out);
    if (later) {
      auto woken = std::make_shared<std::promise<void>>();
      later->start([woken] { woken->set_value(); });
      REQUIRE(woken->get_future().wait_for(10s) == std::future_status::ready);
      later->finish(out);
    }
    return out;
  }
};

}  // namespace

TEST_CASE("A link opens the page until it ends", "[site_views]") {
  rig it;
  const std::string link = it.link("a.example", 60s);
  CHECK(it.get(link).status == 200);
  it.time.advance(60s);
  CHECK(it.get(link).status == 410);
}

TEST_CASE("A link is refused before anything is asked of the store, once the key is known", "[site_views]") {
  rig it;
  CHECK(it.get(it.link("a.example", 60s)).status == 200);
  const int before = it.calls;
  std::string other = it.link("a.example", 60s);
  other.back() = other.back() == '0' ? '1' : '0';
  CHECK(it.get(other).status == 403);
  CHECK(it.get(it.link("a.example", -1s)).status == 410);
  CHECK(it.get(it.link("a.example", 402 * 24h)).status == 403);
  CHECK(it.get("/site?name=a.example&until=5&signature=abc").status == 400);
  CHECK(it.calls == before);
}

TEST_CASE("While the key was never known, the store is asked for it and no more", "[site_views]") {
  rig it;
  it.store.failure = make_error_code(errc::store_unavailable);
  const std::string link = it.link("a.example", 60s);
  const auto answer = it.get(link);
  CHECK(answer.status == 503);
  CHECK(answer.fields.find("Retry-After: 10\r\n") != std::string::npos);
  CHECK(it.get(link).status == 503);
  CHECK(it.calls == 1);
  it.store.failure = {};
  it.time.advance(6s);
  CHECK(it.get(link).status == 200);
}

TEST_CASE("A wrong link is refused as well where it is the first", "[site_views]") {
  rig it;
  std::string link = it.link("a.example", 60s);
  link.back() = link.back() == '0' ? '1' : '0';
  CHECK(it.get(link).status == 403);
}

TEST_CASE("A key that was taken away ends its links, as soon as the store is asked again", "[site_views]") {
  rig it;
  const std::string link = it.link("a.example", 24h);
  CHECK(it.get(link).status == 200);
  it.store.site_key = std::string(64, 'b');
  it.time.advance(site_link_keeper::between_looks);
  it.get(link);  // has the key asked for, behind its answer
  it.get("/dashboard/site?name=a.example");
  for (int i = 0; i < 100 && it.get(link).status != 403; ++i) it.time.advance(6s);
  CHECK(it.get(link).status == 403);
}

TEST_CASE("What is asked for by many within seconds is read once", "[site_views]") {
  rig it;
  CHECK(it.get("/dashboard/site?name=a.example").status == 200);
  const int before = it.calls;
  for (int i = 0; i < 10; ++i)
    CHECK(it.get("/dashboard/site?name=A.example&x=" + std::to_string(i)).status == 200);
  CHECK(it.calls == before);
}

TEST_CASE("A table is a file that is saved", "[site_views]") {
  rig it;
  const auto answer = it.get("/dashboard/site.csv?name=a.example&range=7d");
  CHECK(answer.status == 200);
  CHECK(answer.fields.find("Content-Disposition: attachment; filename=\"a.example-days.csv\"") !=
        std::string::npos);
  CHECK(answer.body.starts_with("day,impressions"));
}
