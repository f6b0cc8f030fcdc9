#include "button/http/request_origin.hpp"

#include "tests/unit/same_request.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace buttond;
using namespace buttond::http;

namespace {

/// Of a request to `host` with these field lines, read in both ways.
bool is_foreign(const std::string& host, const std::string& lines) {
  const std::string input = "GET /stats HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n";
  const read_request quick = read_quickly(input);
  const read_request slow = read_by_beast(input);
  REQUIRE(quick.outcome.is == parsed::state::complete);
  CHECK(has_foreign_origin(quick.in) == has_foreign_origin(slow.in));
  return has_foreign_origin(quick.in);
}

}  // namespace

TEST_CASE("A request without an origin is nobody else's", "[http]") {
  CHECK_FALSE(is_foreign("a.example", ""));
  CHECK_FALSE(has_foreign_origin({}));
}

TEST_CASE("An origin that is the Host is our own", "[http]") {
  CHECK_FALSE(is_foreign("a.example", "Origin: http://a.example\r\n"));
  CHECK_FALSE(is_foreign("a.example:8081", "Origin: http://a.example:8081\r\n"));
  CHECK_FALSE(is_foreign("A.example", "ORIGIN:http://a.Example \r\n"));
  CHECK_FALSE(is_foreign("[::1]:8081", "Origin: http://[::1]:8081\r\n"));
  CHECK_FALSE(is_foreign("a.example:80", "Origin: http://a.example\r\n"));
  CHECK_FALSE(is_foreign("a.example:443", "Origin: https://a.example\r\n"));
}

TEST_CASE("Behind a proxy that names no port in Host, the origin's is not looked at", "[http]") {
  CHECK_FALSE(is_foreign("a.example", "Origin: https://a.example:8443\r\n"));
}

TEST_CASE("Another host, port or scheme is foreign, and so is no origin at all", "[http]") {
  CHECK(is_foreign("a.example", "Origin: http://b.example\r\n"));
  CHECK(is_foreign("a.example:8081", "Origin: http://a.example:8082\r\n"));
  CHECK(is_foreign("a.example:8081", "Origin: http://a.example\r\n"));
  CHECK(is_foreign("a.example", "Origin: null\r\n"));
  CHECK(is_foreign("a.example", "Origin:\r\n"));
  CHECK(is_foreign("a.example", "Origin: ftp://a.example\r\n"));
  CHECK(is_foreign("a.example", "Origin: http://a.example.b.example\r\n"));
  CHECK(is_foreign("[::1]:8081", "Origin: http://[::2]:8081\r\n"));
}

TEST_CASE("Of several origins none may be foreign", "[http]") {
  CHECK(is_foreign("a.example", "Origin: http://a.example\r\nAccept: */*\r\nOrigin: http://b.example\r\n"));
}

TEST_CASE("A field that is called much the same is no origin", "[http]") {
  CHECK_FALSE(is_foreign("a.example", "X-Origin: http://b.example\r\nOrigins: http://b.example\r\n"));
}
