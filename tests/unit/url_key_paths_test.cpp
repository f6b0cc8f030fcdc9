// How a key spells paths and queries, and what becomes of hostile input, case by case.

#include "common/url_key.hpp"
#include "tests/unit/url_key_cases.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace buttond {

using namespace std::string_view_literals;

TEST_CASE("Paths", "[url_key]") {
  check({
      {"http://example.com/a/", "example.com/a"},
      {"http://example.com/a//", "example.com/a"},
      {"http://example.com//", "example.com"},
      {"http://example.com//a", "example.com//a"},
      {"http://example.com/a//b", "example.com/a//b"},
      {"http://example.com/a/./b", "example.com/a/b"},
      {"http://example.com/a/../b", "example.com/b"},
      {"http://example.com/../../b", "example.com/b"},
      {"http://example.com/a/b/..", "example.com/a"},
      {"http://example.com/a/b/.", "example.com/a/b"},
      {"http://example.com/..", "example.com"},
      {"http://example.com/.", "example.com"},
      {"http://example.com/a/%2e%2E/b", "example.com/b"},
      {"http://example.com/a/.%2e/b", "example.com/b"},
      {"http://example.com/a\\..\\b", "example.com/b"},
      {"http://example.com/a//../b", "example.com/a/b"},
      {"http://example.com/a/.../b", "example.com/a/.../b"},
      {"http://example.com/.well-known/x", "example.com/.well-known/x"},
      {"http://example.com/a..b/.c./d..", "example.com/a..b/.c./d.."},
      {"http://example.com/a%2Fb", "example.com/a%2Fb"},
      {"http://example.com/a%2fb/%2e%2e%2f", "example.com/a%2Fb/..%2F"},
      {"http://example.com/%61%62%63", "example.com/abc"},
      {"http://example.com/%2D%2e%5F%7e", "example.com/-._~"},
      {"http://example.com/%2541", "example.com/%2541"},
      {"http://example.com/100%", "example.com/100%25"},
      {"http://example.com/%zz%4", "example.com/%25zz%254"},
      {"http://example.com/%00", "example.com/%00"},
      {"http://example.com/a b", "example.com/a%20b"},
      {"http://example.com/a+b", "example.com/a+b"},
      {"http://example.com/\"<>`{}|^[]", "example.com/%22%3C%3E%60%7B%7D%7C%5E%5B%5D"},
      {"http://example.com/!$&'()*+,;=:@", "example.com/!$&'()*+,;=:@"},
      {"http://example.com/é\xFF", "example.com/%C3%A9%FF"},
      {"http://example.com/?a=\"<>`{}|^[]\\", "example.com?a=%22%3C%3E%60%7B%7D%7C%5E%5B%5D%5C"},
      {"http://example.com/?a=!$'()*+,;:@/?", "example.com?a=!$%27()*+,;:@/?"},
      {"http://example.com/?a=%2f%3A%20%c3%a9", "example.com?a=%2F%3A+%C3%A9"},
      {"http://example.com/?a=../b/./c/", "example.com?a=../b/./c/"},
      {"http://example.com/?u=http://www.example.org/", "example.com?u=http://www.example.org/"},
      {"http://example.com/#a#b", "example.com"},
      {"  http://example.com/a \n", "example.com/a"},
  });
}

TEST_CASE("Hostile input", "[url_key]") {
  check({
      {"http://ann:secret@example.com/", errc::url_credentials},
      {"http://ann@example.com/", errc::url_credentials},
      {"http://example.com@evil.example/", errc::url_credentials},
      {"http://example.com:80@evil.example/", errc::url_credentials},
      {"http://a@b@c/", errc::url_credentials},
      {"ann@example.com", errc::url_credentials},
      {"//ann@example.com/", errc::url_credentials},
      {"http://example.com/@ann", "example.com/@ann"},
      {"http://example.com?@evil.example/", "example.com?@evil.example/"},
      {"http://example.com#@evil.example/", "example.com"},
      {"http://example.com\\@evil.example/", "example.com/@evil.example"},
      {"http://example.com/a\0b"sv, "example.com/a%00b"},
      {"http://exam\0ple.com/"sv, errc::url_bad_host},
      {"http://exam\x1Bple.com/", errc::url_bad_host},
      {"http://exam\x7Fple.com/", errc::url_bad_host},
      {"http://example.com/?a=\x1B[0m", "example.com?a=%1B%5B0m"},
      {"http://example.com/\x7F", "example.com/%7F"},
      {"http://example.com/#\r\n", "example.com"},
      {"http://example.com/#a\r\nSet-Cookie: b", "example.com"},
      {"http://example.com/\r\nSet-Cookie: b", "example.com/Set-Cookie:%20b"},
      {"http://example.com/%0d%0aSet-Cookie:%20a=b", "example.com/%0D%0ASet-Cookie:%20a=b"},
      {"http://example.com/<script>alert(1)</script>", "example.com/%3Cscript%3Ealert(1)%3C/script%3E"},
      {"http://example.com/?q='><img src=x>", "example.com?q=%27%3E%3Cimg+src=x%3E"},
      {"http://example.com/$where/{$gt:1}", "example.com/$where/%7B$gt:1%7D"},
      {"http://example.com/%c0%ae%c0%ae/", "example.com/%C0%AE%C0%AE"},
  });
}

TEST_CASE("A URL may have 2048 bytes, and so may its key", "[url_key]") {
  const std::string base = "http://example.com/";
  const std::string longest = base + std::string(max_url_bytes - base.size(), 'a');
  const std::string expands = base + std::string(700, ' ') + 'a';
  const std::string fits = base + std::string(600, ' ') + 'a';
  const std::string tracked = base + "?utm_source=" + std::string(2000, ' ') + 'a';
  key_buffer buffer;
  CHECK(make_key(longest, {}, buffer).value() == longest.substr(7));
  CHECK(make_key(longest + 'a', {}, buffer).error() == errc::url_too_long);
  CHECK(make_key(longest + "?utm_source=a", {}, buffer).error() == errc::url_too_long);
  CHECK(make_key(expands, {}, buffer).error() == errc::url_too_long);
  CHECK(make_key(fits, {}, buffer).value().size() == std::string_view("example.com/").size() + 600 * 3 + 1);
  CHECK(make_key(tracked, {}, buffer).value() == "example.com");

  const std::string full = std::string("example.com/") + std::string(max_url_bytes - 12, 'a');
  CHECK(make_key(full, {}, buffer).value() == full);
  CHECK(make_key("http://" + full, {}, buffer).error() == errc::url_too_long);
}

}  // namespace buttond
