// The quick finder of everyday keys against the rules one by one, on everyday URLs and on what can become of
// them.

#include "common/plain_key.hpp"

#include "common/url_key.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <string_view>

namespace buttond {
namespace {

constexpr std::string_view everyday[]{
    "https://blog7.example.com/2012/09/an-article-about-buttons-7/",
    "http://www.example.com/",
    "https://example.co.uk/a_b~c/d,e;f/index.html",
    "http://sub-domain.of.a.rather-long-name.for_a.site.example.org/and/a/path/that/goes/on/for/long/enough/"
    "to/end",
};

std::string by_the_rules(std::string_view url) {
  const auto explained = explain_key(url, {}).key;
  return explained ? *explained : explained.error().message();
}

std::string found(std::string_view url) {
  key_buffer buffer;
  const auto key = make_key(url, {}, buffer);
  return key ? std::string(*key) : key.error().message();
}

}  // namespace

TEST_CASE("An everyday URL's key is a part of it", "[url_key][plain_key]") {
  CHECK(plain_key("https://example.com/a/b.html") == "example.com/a/b.html");
  CHECK(plain_key("http://www.example.com///") == "example.com");
  CHECK(plain_key("https://x.yz") == "x.yz");
  CHECK(plain_key("http://a.example/www./x:y@z").empty());  // '@' is kept too, but rarely seen
  CHECK(plain_key("https://" + std::string(59, 'a') + ".com/") == std::string(59, 'a') + ".com");
}

TEST_CASE("What a rule changes, or refuses, is left to the rules", "[url_key][plain_key]") {
  for (const char* url : {"",
                          "https://",
                          "https:///a",
                          "example.com/a",
                          "HTTPS://example.com/",
                          "https://Example.com/",
                          "https://example.com/?p=1",
                          "https://example.com/#a",
                          "https://example.com/%41",
                          "https://example.com/a b",
                          "https://example.com/a/../b",
                          "https://example.com/.a",
                          "https://example.com:80/",
                          "https://a@example.com/",
                          "https://example/",
                          "https://www.com/",
                          "https://www.www.example.com/",
                          "https://.example.com/",
                          "https://example..com/",
                          "https://example.com./",
                          "https://1.2.3.4/",
                          "https://example.0x7f/",
                          "https://example.local/",
                          "https://a.home.arpa/",
                          "https://[::1]/",
                          "https://b\xC3\xBC"
                          "cher.example/",
                          " https://example.com/",
                          "https://example.com/a\x7f",
                          "https://example.com\\a"}) {
    CAPTURE(url);
    CHECK(plain_key(url).empty());
    CHECK(found(url) == by_the_rules(url));
  }
  CHECK(plain_key("https://" + std::string(60, 'a') + ".com/").empty());  // a name of more than a mask
  CHECK(plain_key("https://example.com/" + std::string(max_url_bytes, 'a')).empty());
}

TEST_CASE("Whatever is done to an everyday URL, it has one key", "[url_key][plain_key][property]") {
  std::mt19937 random(20261125);
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  constexpr std::string_view special = "./-_~:@?#%&\\ AZ09\0\x7f\xc3";
  const std::string_view pieces[]{"www.",   "//", "/.",      "/../", "..",
                                  ".local", ".1", "http://", "%2e",  "/a/b/c/d/e/f/g"};
  std::size_t plain = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string url(everyday[below(std::size(everyday))]);
    for (std::size_t changes = below(3); changes > 0; --changes) {
      const std::size_t at = below(url.size());
      switch (below(4)) {
        case 0:
          url[at] = special[below(special.size())];
          break;
        case 1:
          url.erase(at, 1 + below(4));
          break;
        case 2:
          url.insert(at, pieces[below(std::size(pieces))]);
          break;
        default:
          url.resize(at + 1);
      }
    }
    plain += plain_key(url).empty() ? 0 : 1;
    if (found(url) == by_the_rules(url)) continue;
    CAPTURE(round, url);
    FAIL_CHECK("two keys of one URL");
  }
  CHECK(plain > 10'000);  // else nothing was compared
}

}  // namespace buttond
