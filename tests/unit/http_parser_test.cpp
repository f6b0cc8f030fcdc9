#include "button/http/request_parser.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace buttond::http;
using namespace std::string_literals;

namespace {

using state = parsed::state;

/// Parses `input` from memory of its own size, so that a sanitizer sees a read beyond it.
parsed parse(std::string_view input, request& into, const limits& limit = {}) {
  static std::vector<char> exact;
  exact = std::vector<char>(input.begin(), input.end());
  forwarded_lines forwarded;
  return parse_request({exact.data(), exact.size()}, limit, into, forwarded);
}

parsed parse(std::string_view input, const limits& limit = {}) {
  request ignored;
  return parse(input, ignored, limit);
}

struct refused_case {
  const char* name;
  std::string input;
  int status;
};

}  // namespace

TEST_CASE("A request is understood", "[http][parser]") {
  request in;
  const std::string raw =
      "GET /v1/counts?url=http%3A%2F%2Fa%2Fb&url=c+d HTTP/1.1\r\n"
      "Host: Example.com:8080\r\n"
      "User-Agent: Mozilla/5.0 (X11)\r\n"
      "ACCEPT-ENCODING: gzip, br\r\n"
      "accept-language:de\r\n"
      "If-None-Match:   \"abc\"  \r\n"
      "Sec-GPC: 1\r\n"
      "X-Empty:\r\n"
      "\r\n";
  const parsed outcome = parse(raw, in);
  REQUIRE(outcome.is == state::complete);
  CHECK(outcome.size == raw.size());
  CHECK(in.verb == method::get);
  CHECK(in.path == "/v1/counts");
  CHECK(in.query == "url=http%3A%2F%2Fa%2Fb&url=c+d");
  CHECK(in.target == "/v1/counts?url=http%3A%2F%2Fa%2Fb&url=c+d");
  CHECK(in.host == "Example.com:8080");
  CHECK(in.user_agent == "Mozilla/5.0 (X11)");
  CHECK(in.accept_encoding == "gzip, br");
  CHECK(in.accept_language == "de");
  CHECK(in.if_none_match == "\"abc\"");
  CHECK(in.do_not_track);
  CHECK(in.http11);
  CHECK(in.keep_alive);
}

TEST_CASE("Escapes in a target are left to the route", "[http][parser]") {
  request in;
  REQUIRE(parse("GET /a%2Fb/%00?x=%00%2F&x=&&=y+z HTTP/1.1\r\nHost: a\r\n\r\n", in).is == state::complete);
  CHECK(in.path == "/a%2Fb/%00");
  CHECK(in.query == "x=%00%2F&x=&&=y+z");
}

TEST_CASE("An absolute target is reduced to its path, and its host counts", "[http][parser]") {
  request in;
  REQUIRE(parse("GET HTTP://b.example:80/p?q=1 HTTP/1.1\r\nHost: a\r\n\r\n", in).is == state::complete);
  CHECK(in.path == "/p");
  CHECK(in.query == "q=1");
  CHECK(in.host == "b.example:80");
  REQUIRE(parse("GET https://b.example?q HTTP/1.1\r\nHost: a\r\n\r\n", in).is == state::complete);
  CHECK(in.path == "/");
  CHECK(in.query == "q");
}

TEST_CASE("Persistence follows the version and Connection", "[http][parser]") {
  const auto keeps = [](const std::string& rest) {
    request in;
    REQUIRE(parse("GET / " + rest + "\r\n\r\n", in).is == state::complete);
    return in.keep_alive;
  };
  CHECK(keeps("HTTP/1.1\r\nHost: a"));
  CHECK_FALSE(keeps("HTTP/1.1\r\nHost: a\r\nConnection: close"));
  CHECK_FALSE(keeps("HTTP/1.1\r\nHost: a\r\nConnection: foo, Close"));
  CHECK_FALSE(keeps("HTTP/1.0"));
  CHECK_FALSE(keeps("HTTP/1.0\r\nHost: a"));
  CHECK(keeps("HTTP/1.0\r\nConnection: Keep-Alive"));
}

TEST_CASE("Methods are told apart, in their case", "[http][parser]") {
  const auto verb = [](const std::string& name) {
    request in;
    REQUIRE(parse(name + " / HTTP/1.1\r\nHost: a\r\n\r\n", in).is == state::complete);
    return in.verb;
  };
  CHECK(verb("GET") == method::get);
  CHECK(verb("HEAD") == method::head);
  CHECK(verb("POST") == method::post);
  CHECK(verb("OPTIONS") == method::options);
  CHECK(verb("get") == method::other);
  CHECK(verb("BREW") == method::other);
}

TEST_CASE("The purpose of a prefetch is found under each of its names", "[http][parser]") {
  const auto purpose = [](const std::string& fields) {
    request in;
    REQUIRE(parse("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n", in).is == state::complete);
    return std::string(in.sec_purpose);
  };
  CHECK(purpose("X-Moz: prefetch\r\n") == "prefetch");
  CHECK(purpose("X-Purpose: preview\r\n") == "preview");
  CHECK(purpose("X-Sec-Purpose: prefetch\r\n") == "prefetch");
  CHECK(purpose("x-SEC-purpose: prefetch\r\nPurpose: other\r\n") == "prefetch");
  CHECK(purpose("X-Sec-Purpose: other\r\nSec-Purpose: prefetch\r\n") == "prefetch");
  CHECK(purpose("Purpose: prefetch\r\nX-Moz: other\r\n") == "prefetch");
  CHECK(purpose("Sec-Purpose: prefetch;prerender\r\nPurpose: prefetch\r\n") == "prefetch;prerender");
  CHECK(purpose("Purpose: prefetch\r\nSec-Purpose: prefetch;prerender\r\n") == "prefetch;prerender");
}

TEST_CASE("A body is read where one is due", "[http][parser]") {
  request in;
  const std::string head = "POST /v1/shares HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
  const parsed outcome = parse(head + "helloGET /", in);
  REQUIRE(outcome.is == state::complete);
  CHECK(outcome.size == head.size() + 5);
  CHECK(in.body == "hello");

  const parsed part = parse(head + "hel");
  CHECK(part.is == state::incomplete);
  CHECK(part.size == head.size() + 5);
  CHECK_FALSE(part.expects_continue);

  REQUIRE(parse("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Type: text/plain\r\n\r\n").is ==
          state::complete);
  REQUIRE(parse("POST / HTTP/1.1\r\nHost: a\r\n\r\n", in).is == state::complete);
  CHECK(in.body.empty());
}

TEST_CASE("A client that waits for 100 Continue is told from one that does not", "[http][parser]") {
  const std::string fields = "Host: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n";
  CHECK(parse("POST / HTTP/1.1\r\n" + fields).expects_continue);
  CHECK_FALSE(parse("POST / HTTP/1.0\r\n" + fields).expects_continue);
  CHECK(parse("POST / HTTP/1.1\r\n" + fields + "hello").is == state::complete);
}

TEST_CASE("The body of a method that nobody knows is not read, and ends the connection", "[http][parser]") {
  request in;
  const std::string head = "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
  const parsed outcome = parse(head + "hello", in);
  REQUIRE(outcome.is == state::complete);
  CHECK(outcome.size == head.size());
  CHECK(outcome.unread_body);
  CHECK_FALSE(in.keep_alive);
}

TEST_CASE("One empty line before a request is passed over", "[http][parser]") {
  const std::string raw = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const parsed outcome = parse("\r\n" + raw);
  REQUIRE(outcome.is == state::complete);
  CHECK(outcome.size == raw.size() + 2);
  CHECK(parse("\r").is == state::incomplete);
  CHECK(parse("\r\n").is == state::incomplete);
  CHECK(parse("\r\n\r\n" + raw).status == 400);
}

TEST_CASE("What two parsers could read in two ways is refused", "[http][parser]") {
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  const std::vector<refused_case> cases{
      // Bodies
      {"Transfer-Encoding", post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"Transfer-Encoding in a case of its own", post + "tRANSFER-eNCODING: chunked\r\n\r\n", 400},
      {"Transfer-Encoding that is not chunked", post + "Transfer-Encoding: identity\r\n\r\n", 400},
      {"Transfer-Encoding with junk", post + "Transfer-Encoding: \vchunked\r\n\r\n", 400},
      {"Transfer-Encoding on GET", get + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"Transfer-Encoding on HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"bad chunk", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"CL + TE", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"TE + CL", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
      {"two Content-Length", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
      {"two equal Content-Length", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400},
      {"a list of Content-Length", post + "Content-Length: 5, 5\r\n\r\nhello", 400},
      {"signed Content-Length", post + "Content-Length: +5\r\n\r\nhello", 400},
      {"negative Content-Length", post + "Content-Length: -5\r\n\r\n", 400},
      {"hexadecimal Content-Length", post + "Content-Length: 0x5\r\n\r\nhello", 400},
      {"empty Content-Length", post + "Content-Length:\r\n\r\n", 400},
      {"Content-Length over 64 bits", post + "Content-Length: 18446744073709551621\r\n\r\nhello", 400},
      {"a body on GET", get + "Content-Length: 5\r\n\r\nhello", 400},
      {"a body on HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 400},
      {"a body on OPTIONS", "OPTIONS / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 400},
      // Lines
      {"bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"bare LF after a field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
      {"bare LF after nothing", "\n", 400},
      {"bare LF after a field that ends what arrived", "GET / HTTP/1.1\r\nHost: a\n", 400},
      {"bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
      {"bare CR in a field", get + "X: a\rb\r\n\r\n", 400},
      {"CR CR LF", get + "X: a\r\r\n\r\n", 400},
      {"obs-fold by a space", get + "X: a\r\n b\r\n\r\n", 400},
      {"obs-fold by a tab", get + "X: a\r\n\tb\r\n\r\n", 400},
      {"obs-fold of an empty first line", get + "X:\r\n b\r\n\r\n", 400},
      {"obs-fold of empty lines", get + "X:\r\n \r\n\r\n", 400},
      {"obs-fold of Host", "GET / HTTP/1.1\r\nHost:\r\n a\r\n\r\n", 400},
      {"obs-fold of Transfer-Encoding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n", 400},
      {"obs-fold before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"space before the colon", get + "X : a\r\n\r\n", 400},
      {"tab before the colon", get + "X\t: a\r\n\r\n", 400},
      {"space before the colon of Content-Length", post + "Content-Length : 5\r\n\r\nhello", 400},
      {"a field without a colon", get + "X\r\n\r\n", 400},
      {"a field without a name", get + ": a\r\n\r\n", 400},
      {"NUL in a value", get + "X: a\0b\r\n\r\n"s, 400},
      {"NUL in a name", get + "X\0: a\r\n\r\n"s, 400},
      {"a control character in a value", get + "X: a\x01\r\n\r\n", 400},
      // Host
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"two equal Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"two Hosts on HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"Hosts joined by a proxy", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", 400},
      {"Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
      {"Host with a bad port", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
      {"Host that is only a port", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400},
      {"Host with half a bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
      {"Host with a bad address", "GET / HTTP/1.1\r\nHost: [::g]\r\n\r\n", 400},
      {"no Host beside an absolute target", "GET http://a/ HTTP/1.1\r\n\r\n", 400},
      // Request line
      {"no version", "GET /\r\n\r\n", 400},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a control character in the target", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"a space at the start", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a method that is no token", "G\x80T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a target of another form", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a target of another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"an absolute target without a host", "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"an absolute target with a user", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"the target of CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"an asterisk for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
      {"bytes of 0", std::string(64, '\0'), 400},
      {"lower-case protocol", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      // Versions
      {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"HTTP/0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"a version of three digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
  };
  for (const refused_case& each : cases) {
    CAPTURE(each.name);
    const parsed outcome = parse(each.input);
    CHECK(outcome.is == state::refused);
    CHECK(outcome.status == each.status);
    CHECK_FALSE(outcome.reason.empty());
  }
}

TEST_CASE("Valid Hosts are accepted", "[http][parser]") {
  for (const char* host : {"a", "a.b-c.example:8080", "127.0.0.1:80", "[::1]", "[2001:db8::1]:443", "a_b",
                           "a:", "xn--bcher-kva.example"}) {
    CAPTURE(host);
    CHECK(parse("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n").is == state::complete);
  }
  CHECK(parse("GET / HTTP/1.0\r\n\r\n").is == state::complete);
  CHECK(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").is == state::complete);
}

TEST_CASE("Bounds are kept to the byte", "[http][parser]") {
  limits limit;
  limit.target_bytes = 64;
  limit.header_bytes = 48;
  limit.body_bytes = 10;
  const std::string around = "GET / HTTP/1.1\r\n";
  const auto with_line = [&](std::size_t size) {
    return "GET /" + std::string(size - around.size(), 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  CHECK(parse(with_line(64), limit).is == state::complete);
  CHECK(parse(with_line(65), limit).status == 414);
  CHECK(parse("GET /" + std::string(100, 'a'), limit).status == 414);
  CHECK(parse("GET /" + std::string(40, 'a'), limit).is == state::incomplete);

  const std::string fixed = "Host: a\r\nX: \r\n\r\n";
  const auto with_header = [&](std::size_t size) {
    return "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(size - fixed.size(), 'a') + "\r\n\r\n";
  };
  CHECK(parse(with_header(48), limit).is == state::complete);
  CHECK(parse(with_header(49), limit).status == 431);
  CHECK(parse("GET / HTTP/1.1\r\nX: " + std::string(100, 'a'), limit).status == 431);
  CHECK(parse("GET / HTTP/1.1\r\nX: " + std::string(30, 'a'), limit).is == state::incomplete);

  limit.header_bytes = 64;
  const auto with_body = [](const std::string& size) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n";
  };
  CHECK(parse(with_body("10") + "0123456789", limit).is == state::complete);
  CHECK(parse(with_body("11"), limit).status == 413);
  CHECK(parse(with_body("18446744073709551615"), limit).status == 413);
}

TEST_CASE("Every beginning of a request is incomplete", "[http][parser]") {
  const std::string raw =
      "POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Forwarded-For: 192.0.2.1\r\n\r\nhello";
  for (std::size_t size = 0; size < raw.size(); ++size) {
    CAPTURE(size);
    CHECK(parse(std::string_view(raw).substr(0, size)).is == state::incomplete);
  }
  CHECK(parse(raw).is == state::complete);
}
