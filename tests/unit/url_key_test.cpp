#include "common/url_key.hpp"

#include "tests/unit/allocation_count.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace buttond {
namespace {

constexpr std::string_view typical =
    "https://www.example.com/2024/05/17/a-typical-blog-post-title/?utm_source=feed&page=2&id=17";

}  // namespace

TEST_CASE("A typical URL becomes its key without an allocation", "[url_key]") {
  key_buffer buffer;
  const std::size_t before = allocations();
  const auto key = make_key(typical, {}, buffer);
  const auto again = make_key("example.com/2024/05/17/a-typical-blog-post-title?page=2&id=17", {}, buffer);
  const std::size_t after = allocations();
  CHECK(key.value() == "example.com/2024/05/17/a-typical-blog-post-title?page=2&id=17");
  CHECK(again.value() == key.value());
  CHECK(after == before);
}

TEST_CASE("The site is what stands before the path", "[url_key]") {
  CHECK(site_of("example.com") == "example.com");
  CHECK(site_of("example.com/a?b=/") == "example.com");
  CHECK(site_of("example.com?b=/") == "example.com");
  CHECK(site_of("example.com:8080/a") == "example.com:8080");
  CHECK(site_of("[2001:db8::1]:8080/a") == "[2001:db8::1]:8080");
}

TEST_CASE("Each rule that changed something is explained", "[url_key]") {
  const auto explanation = explain_key(" HTTP://WWW.Example.com.:80/a/../%7eb/?utm_Source=x&c=%c3%a9#d ", {});
  std::string text;
  for (const auto& [rule, url] : explanation.steps) ((text += rule) += ": ") += url + '\n';
  CHECK(text ==
        "drop the blanks around it: HTTP://WWW.Example.com.:80/a/../%7eb/?utm_Source=x&c=%c3%a9#d\n"
        "drop the fragment: HTTP://WWW.Example.com.:80/a/../%7eb/?utm_Source=x&c=%c3%a9\n"
        "drop the scheme: WWW.Example.com.:80/a/../%7eb/?utm_Source=x&c=%c3%a9\n"
        "lower-case the host: www.example.com.:80/a/../%7eb/?utm_Source=x&c=%c3%a9\n"
        "drop the trailing dot of the host: www.example.com:80/a/../%7eb/?utm_Source=x&c=%c3%a9\n"
        "drop the leading www.: example.com:80/a/../%7eb/?utm_Source=x&c=%c3%a9\n"
        "drop the default port: example.com/a/../%7eb/?utm_Source=x&c=%c3%a9\n"
        "normalise the percent-encoding of the path: example.com/a/../~b/?utm_Source=x&c=%c3%a9\n"
        "remove the dot segments: example.com/~b/?utm_Source=x&c=%c3%a9\n"
        "fold the trailing slash: example.com/~b?utm_Source=x&c=%c3%a9\n"
        "drop the tracking parameter utm_Source: example.com/~b?c=%c3%a9\n"
        "normalise the percent-encoding of the parameter c: example.com/~b?c=%C3%A9\n");
  CHECK(explanation.key.value() == "example.com/~b?c=%C3%A9");
}

TEST_CASE("However many parameters a URL has, its explanation has a bound", "[url_key]") {
  SECTION("a rule that follows itself is one step") {
    const auto empty = explain_key("http://example.com/a?" + std::string(2'000, '&'), {});
    REQUIRE(empty.steps.size() == 2);
    CHECK(empty.steps[1].rule == "drop the empty parameters");
    const auto tracking = explain_key("example.com?utm_source=x&fbclid=y&utm_medium=z", {});
    REQUIRE(tracking.steps.size() == 1);
    CHECK(tracking.steps[0].rule == "drop the tracking parameter utm_source, fbclid, utm_medium");
  }
  SECTION("of many steps the last one is all the rest") {
    std::string url = "http://example.com/?a=1";
    for (int i = 0; i < 50; ++i) url += "&utm_source=x&b=%7e";
    const auto explanation = explain_key(url, {});
    CHECK(explanation.steps.size() == 30);
    CHECK(explanation.steps.back().rule.ends_with(", and so on"));
    CHECK(explanation.steps.back().url == explanation.key.value());
  }
  SECTION("a name may be long") {
    const auto explanation = explain_key("example.com?" + std::string(1'500, '~') + "%7e=1", {});
    REQUIRE(explanation.steps.size() == 1);
    CHECK(explanation.steps[0].rule.size() <= 100);
  }
}

TEST_CASE("What is a key already needs no explanation", "[url_key]") {
  const auto explanation = explain_key("example.com/a", {});
  CHECK(explanation.steps.empty());
  CHECK(explanation.key.value() == "example.com/a");
}

TEST_CASE("A refusal is explained by its error, after the rules that led to it", "[url_key]") {
  const auto explanation = explain_key("http://127.1/", {});
  REQUIRE(explanation.steps.size() == 2);
  CHECK(explanation.steps[1].rule == "write the IP address in its usual form");
  CHECK(explanation.steps[1].url == "127.0.0.1/");
  CHECK(explanation.key.error() == errc::url_private_host);
}

}  // namespace buttond
