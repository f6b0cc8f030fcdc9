#include "button/http/listen_address.hpp"

#include "common/error.hpp"

#include <catch2/catch.hpp>

using namespace buttond;
using namespace buttond::http;

TEST_CASE("An address, its brackets, and a port alone are read", "[listen_address]") {
  CHECK(parse_listen_address("127.0.0.1:8080").port() == 8080);
  CHECK(parse_listen_address("[::1]:8080").port() == 8080);
  CHECK(parse_listen_address("[fe80::1%lo]:1").port() == 1);
  const listen_address every = parse_listen_address(":8080");
  CHECK(every.both_families);
  CHECK(every.is_wildcard());
  CHECK_FALSE(parse_listen_address("[::]:8080").both_families);
  CHECK(parse_listen_address("unix:/run/a").path() == "/run/a");
  CHECK(parse_listen_address("unix:" + std::string(107, 'a')).path().size() == 107);
}

TEST_CASE("What is no address is refused", "[listen_address]") {
  for (const char* text :
       {"", ":", "[]:80", "[127.0.0.1:80", "1.2.3:x", "1.2.3.4:+80", "1.2.3.4: 80", "1.2.3.4:80 ",
        "1.2.3.4:65536", "1.2.3.4:-1", "[::1]", "::", "[::1]8080", "a b:80", "unix:"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_listen_address(text), startup_error);
  }
}

TEST_CASE("Two addresses overlap where one covers the other on the same port", "[listen_address]") {
  const auto both = [](const char* a, const char* b) {
    return overlap(parse_listen_address(a), parse_listen_address(b)) &&
           overlap(parse_listen_address(b), parse_listen_address(a));
  };
  CHECK(both("0.0.0.0:80", "127.0.0.1:80"));
  CHECK(both(":80", "127.0.0.1:80"));
  CHECK(both(":80", "[::1]:80"));
  CHECK(both("127.0.0.1:80", "127.0.0.1:80"));
  CHECK(both("[::]:80", "[::1]:80"));
  CHECK(both("unix:/a", "unix:/a"));
  CHECK_FALSE(both("0.0.0.0:80", "[::]:80"));
  CHECK_FALSE(both("127.0.0.1:80", "127.0.0.2:80"));
  CHECK_FALSE(both("127.0.0.1:80", "127.0.0.1:81"));
  CHECK_FALSE(both("127.0.0.1:0", "127.0.0.1:0"));
  CHECK_FALSE(both("unix:/a", "unix:/b"));
}

TEST_CASE("An address is public unless it is of the machine or of a private network", "[listen_address]") {
  for (const char* text :
       {"0.0.0.0:80", ":80", "[::]:80", "192.0.2.1:80", "[2001:db8::1]:80", "172.32.0.1:80"}) {
    CAPTURE(text);
    CHECK(is_public(parse_listen_address(text)));
  }
  for (const char* text : {"127.0.0.1:80", "[::1]:80", "10.1.2.3:80", "172.16.0.1:80", "192.168.0.1:80",
                           "[fd00::1]:80", "unix:/a"}) {
    CAPTURE(text);
    CHECK_FALSE(is_public(parse_listen_address(text)));
  }
}
