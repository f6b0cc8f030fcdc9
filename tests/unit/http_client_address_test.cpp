#include "button/http/forwarded.hpp"
#include "button/http/proxy_protocol.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::http;
using namespace std::string_literals;
using state = proxy_header::state;

namespace {

std::optional<address_bytes> client_of(const std::vector<std::string>& values) {
  forwarded_lines lines;
  for (const std::string& value : values) lines.add(value);
  const std::vector<network> trusted{*network::parse("10.0.0.0/8"), *network::parse("fd00::/8")};
  return forwarded_client(lines, trusted);
}

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

}  // namespace

TEST_CASE("The client is the rightmost address that is no trusted proxy", "[http][forwarded]") {
  CHECK(client_of({"192.0.2.1"}) == parse_address("192.0.2.1"));
  CHECK(client_of({"203.0.113.9, 192.0.2.1"}) == parse_address("192.0.2.1"));
  CHECK(client_of({"192.0.2.1, 10.0.0.1"}) == parse_address("192.0.2.1"));
  CHECK(client_of({"192.0.2.1,10.0.0.1 ,\t10.0.0.2"}) == parse_address("192.0.2.1"));
  CHECK(client_of({"203.0.113.9", "192.0.2.1", "10.0.0.1"}) == parse_address("192.0.2.1"));
  CHECK(client_of({"2001:db8::1, fd00::1"}) == parse_address("2001:db8::1"));
}

TEST_CASE("What a client writes itself is not believed", "[http][forwarded]") {
  CHECK(client_of({"1.1.1.1, junk, 192.0.2.1"}) == parse_address("192.0.2.1"));
  CHECK_FALSE(client_of({"1.1.1.1, unknown, 10.0.0.1"}));
  CHECK_FALSE(client_of({"1.1.1.1, _hidden"}));
}

TEST_CASE("Where all are trusted, the leftmost is the client", "[http][forwarded]") {
  CHECK(client_of({"10.0.0.3, 10.0.0.2"}) == parse_address("10.0.0.3"));
}

TEST_CASE("Ports, brackets and empty elements are taken off", "[http][forwarded]") {
  CHECK(client_of({"192.0.2.1:4711"}) == parse_address("192.0.2.1"));
  CHECK(client_of({"[2001:db8::1]:4711"}) == parse_address("2001:db8::1"));
  CHECK(client_of({"[2001:db8::1]"}) == parse_address("2001:db8::1"));
  CHECK(client_of({"192.0.2.1, ,, 10.0.0.1,"}) == parse_address("192.0.2.1"));
  CHECK_FALSE(client_of({"[2001:db8::1"}));
  CHECK_FALSE(client_of({"[2001:db8::1]x"}));
  CHECK_FALSE(client_of({""}));
  CHECK_FALSE(client_of({}));
}

TEST_CASE("Of very many lines the last ones count", "[http][forwarded]") {
  std::vector<std::string> lines(50, "203.0.113.9");
  lines.emplace_back("192.0.2.1");
  lines.emplace_back("10.0.0.1");
  CHECK(client_of(lines) == parse_address("192.0.2.1"));
}

TEST_CASE("A PROXY header of version 1 names the client", "[http][proxy]") {
  const auto four = parse_proxy_header("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nGET /");
  CHECK(four.is == state::complete);
  CHECK(four.size == 45);
  CHECK(four.client == parse_address("192.0.2.1"));
  const auto six = parse_proxy_header("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n");
  CHECK(six.client == parse_address("2001:db8::1"));
  const auto unknown = parse_proxy_header("PROXY UNKNOWN ffff:f...f 1 2\r\n");
  CHECK(unknown.is == state::complete);
  CHECK_FALSE(unknown.client);
}

TEST_CASE("A PROXY header of version 2 names the client", "[http][proxy]") {
  const std::string four =
      signature + "\x21\x11\0\x0c"s + "\xc0\0\x02\x01"s + "\xc6\x33\x64\x01"s + "\xdc\x04\x01\xbb"s;
  CHECK(parse_proxy_header(four).client == parse_address("192.0.2.1"));
  CHECK(parse_proxy_header(four).size == four.size());
  const std::string longer = signature + "\x21\x11\0\x0f"s + "\xc0\0\x02\x01"s + "\xc6\x33\x64\x01"s +
                             "\xdc\x04\x01\xbb"s + "\x04\0\0"s;
  CHECK(parse_proxy_header(longer + "GET").size == longer.size());
  const std::string six = signature + "\x21\x21\0\x24"s + "\x20\x01\x0d\xb8"s + std::string(11, '\0') +
                          "\x01" + std::string(20, '\0');
  CHECK(parse_proxy_header(six).client == parse_address("2001:db8::1"));
  const std::string local = signature + "\x20\0\0\0"s;
  CHECK(parse_proxy_header(local).is == state::complete);
  CHECK_FALSE(parse_proxy_header(local).client);
  const std::string unix_socket = signature + "\x21\x31\0\xd8"s + std::string(216, 'x');
  CHECK(parse_proxy_header(unix_socket).is == state::complete);
  CHECK_FALSE(parse_proxy_header(unix_socket).client);

  for (std::size_t size = 0; size < six.size(); ++size) {
    CAPTURE(size);
    CHECK(parse_proxy_header(std::string_view(six).substr(0, size)).is == state::incomplete);
  }
}

TEST_CASE("What is no PROXY header is refused", "[http][proxy]") {
  for (const std::string& input :
       {"GET / HTTP/1.1\r\n"s, "PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n"s, "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n"s,
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 65536\r\n"s, "PROXY TCP4 ::1 ::1 1 1\r\n"s,
        "PROXY TCP6 1.1.1.1 ::1 1 1\r\n"s, "PROXY TCP4 1.1.1.1 x 1 1\r\n"s,
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n"s, "PROXY \r\n"s, "PROXY " + std::string(200, 'x'),
        signature + "\x11\x11\0\x0c"s + std::string(12, 'x'),
        signature + "\x22\x11\0\x0c"s + std::string(12, 'x'),
        signature + "\x21\x11\0\x04"s + std::string(4, 'x'),
        signature + "\x21\x21\0\x0c"s + std::string(12, 'x'), signature + "\x21\x11\xff\xff"s}) {
    CAPTURE(input);
    CHECK(parse_proxy_header(input).is == state::bad);
  }
}
