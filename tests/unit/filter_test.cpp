#include "button/handlers/filter.hpp"

#include "tests/unit/allocation_count.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

constexpr monotonic_time now{1h};

constexpr const char* browser = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";
constexpr const char* bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

http::request request_of(const char* address) {
  http::request in;
  in.received = now;
  in.user_agent = browser;
  if (address != nullptr) in.client = parse_address(address);
  return in;
}

std::optional<filter_reason> first_link(const impression_filter& filter, const http::request& in,
                                        bool listed = true) {
  bot_memo memo;
  return filter.of_request(in, memo).of_link(listed);
}

}  // namespace

TEST_CASE("A bot's and a prefetch's events are not counted, each for its reason", "[filter]") {
  const impression_filter filter(nullptr);
  auto in = request_of(nullptr);
  CHECK_FALSE(first_link(filter, in));
  in.user_agent = bot;
  CHECK(first_link(filter, in) == filter_reason::bot);
  in.user_agent = browser;
  for (const char* purpose : {"prefetch", "prefetch;prerender", "prefetch; prerender",
                              "prefetch;anonymous-client-ip", "Prefetch", "prerender", "preview"}) {
    CAPTURE(purpose);
    in.sec_purpose = purpose;
    CHECK(first_link(filter, in) == filter_reason::prefetch);
  }
  in.sec_purpose = "instant";
  CHECK_FALSE(first_link(filter, in));
}

TEST_CASE("Only a reader's own navigation, or a fetch of our page, is a click or a share", "[filter]") {
  const impression_filter filter(nullptr);
  bot_memo memo;
  auto in = request_of(nullptr);
  in.user_agent = browser;
  const auto reason = [&](const char* dest, const char* site) {
    in.sec_fetch_dest = dest;
    in.sec_fetch_site = site;
    return filter.of_navigation(in, memo).of_link(true);
  };
  CHECK_FALSE(reason("", ""));
  CHECK_FALSE(reason("document", "cross-site"));
  CHECK_FALSE(reason("document", "none"));
  CHECK_FALSE(reason("empty", "same-origin"));
  for (const char* dest :
       {"image", "iframe", "script", "style", "object", "embed", "audio", "x", "Document"}) {
    CAPTURE(dest);
    CHECK(reason(dest, "cross-site") == filter_reason::embedded);
    CHECK(reason(dest, "same-origin") == filter_reason::embedded);
  }
  for (const char* site : {"cross-site", "same-site", "none", ""}) {
    CAPTURE(site);
    CHECK(reason("empty", site) == filter_reason::embedded);
  }
  CHECK_FALSE(first_link(filter, in));  // an impression is embedded
  in.sec_purpose = "prefetch";
  CHECK(reason("image", "cross-site") == filter_reason::prefetch);
}

TEST_CASE("A reader over the rate is not counted", "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 50});
  const impression_filter filter(&rate);
  const auto in = request_of("192.0.2.1");
  bot_memo memo;
  auto of_request = filter.of_request(in, memo);
  for (int link = 0; link < 50; ++link) CHECK_FALSE(of_request.of_link(true));
  CHECK(of_request.of_link(true) == filter_reason::rate);
  CHECK(first_link(filter, in) == filter_reason::rate);
  CHECK_FALSE(first_link(filter, request_of("192.0.2.2")));
}

TEST_CASE("What is not counted for another reason takes nothing from the rate", "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 1});
  const impression_filter filter(&rate);
  auto in = request_of("192.0.2.1");
  CHECK(first_link(filter, in, false) == filter_reason::site);
  in.sec_purpose = "prefetch";
  CHECK(first_link(filter, in) == filter_reason::prefetch);
  in.sec_purpose = "";
  CHECK_FALSE(first_link(filter, in));
  CHECK(first_link(filter, in) == filter_reason::rate);
}

TEST_CASE(
    "Who does not want to be tracked has the rate of his network, and takes nothing from that of his "
    "address",
    "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 1});
  const impression_filter filter(&rate);
  auto in = request_of("192.0.2.1");
  in.do_not_track = true;
  CHECK_FALSE(first_link(filter, in));
  CHECK(first_link(filter, in) == filter_reason::rate);
  in.do_not_track = false;
  CHECK_FALSE(first_link(filter, in));
  CHECK(first_link(filter, in) == filter_reason::rate);
}

TEST_CASE("Readers whose address is not known share a rate", "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 1});
  const impression_filter filter(&rate);
  CHECK_FALSE(first_link(filter, request_of(nullptr)));
  CHECK(first_link(filter, request_of(nullptr)) == filter_reason::rate);
  CHECK_FALSE(first_link(filter, request_of("192.0.2.1")));
}

TEST_CASE("The filter allocates nothing", "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 50});
  const impression_filter filter(&rate);
  const auto in = request_of("192.0.2.1");
  const auto before = allocations();
  for (int i = 0; i < 100; ++i) first_link(filter, in);
  CHECK(allocations() == before);
}

TEST_CASE("A bot that asks not to be tracked is a bot all the same", "[filter]") {
  const impression_filter filter(nullptr);
  auto in = request_of(nullptr);
  in.do_not_track = true;
  CHECK_FALSE(first_link(filter, in));
  in.user_agent = bot;
  CHECK(first_link(filter, in) == filter_reason::bot);
}
