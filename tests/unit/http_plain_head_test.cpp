// The quick reader of plain heads against Beast's grammar, on a browser's request and on what can become of
// it.

#include "tests/unit/same_request.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <string_view>

using namespace buttond::http;

namespace {

constexpr std::string_view browser =
    "GET /v1/buttons?url=https%3A%2F%2Fblog.example%2Fa HTTP/1.1\r\n"
    "Host: buttons.example\r\n"
    "Connection: keep-alive\r\n"
    "sec-ch-ua: \"Chromium\";v=\"126\", \"Not.A/Brand\";v=\"24\"\r\n"
    "User-Agent:  Mozilla/5.0 (X11; Linux x86_64)  \r\n"
    "X-Forwarded-For: 192.0.2.1\r\n"
    "X-Forwarded-For: 192.0.2.2, 192.0.2.3\r\n"
    "Purpose: prefetch\r\n"
    "sec-purpose: prefetch;prerender\r\n"
    "X-Sec-Purpose: prefetch\r\n"
    "Sec-Fetch-Dest: document\r\n"
    "Sec-Fetch-Site: cross-site\r\n"
    "DNT: 1\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-US,en;q=0.9\r\n"
    "If-None-Match:\"a\"\r\n"
    "X-Empty:\r\n"
    "\r\n";

bool is_plain(std::string_view input) {
  request in;
  forwarded_lines forwarded;
  request_fields fields(in, forwarded);
  return read_plain_head(input, in, fields).size == input.size();
}

}  // namespace

TEST_CASE("A browser's request is plain, and means what Beast reads", "[http][parser]") {
  CHECK(is_plain(browser));
  CHECK(read_quickly(browser) == read_by_beast(browser));
  CHECK(read_quickly(browser).outcome.size == browser.size());
  CHECK(read_quickly(browser).in.sec_fetch_dest == "document");
  CHECK(read_quickly(browser).in.sec_fetch_site == "cross-site");
  CHECK(read_quickly(browser).in.user_agent == "Mozilla/5.0 (X11; Linux x86_64)");
}

TEST_CASE("What says how a message ends is left to Beast", "[http][parser]") {
  const auto with = [](const std::string& field) {
    return "GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n";
  };
  CHECK(is_plain(with("X: b")));
  for (const char* field :
       {"Connection: close", "Connection: Close", "Connection: close\r\nConnection: keep-alive",
        "Connection: keep-alive\r\nConnection: close"}) {
    CAPTURE(field);
    CHECK(is_plain(with(field)));
    CHECK(read_quickly(with(field)) == read_by_beast(with(field)));
    CHECK_FALSE(read_quickly(with(field)).in.keep_alive);
  }
  for (const char* field : {"Content-Length: 0", "Transfer-Encoding: identity", "Connection: keep-alive, x",
                            "Proxy-Connection: keep-alive", "Expect: 100-continue", "X: \t", "X: \x7f",
                            "X: \xc3", "X : y", " y"}) {
    CAPTURE(field);
    CHECK_FALSE(is_plain(with(field)));
  }
  CHECK_FALSE(is_plain("POST / HTTP/1.1\r\nHost: a\r\n\r\n"));
  CHECK_FALSE(is_plain("GET / HTTP/1.0\r\nHost: a\r\n\r\n"));
  CHECK_FALSE(is_plain("GET  HTTP/1.1\r\nHost: a\r\n\r\n"));
}

TEST_CASE("A request that is cut anywhere is read in one way", "[http][parser]") {
  for (std::size_t size = 0; size <= browser.size(); ++size) {
    CAPTURE(size);
    CHECK(read_quickly(browser.substr(0, size)) == read_by_beast(browser.substr(0, size)));
  }
}

TEST_CASE("A request is refused for its length in one way", "[http][parser]") {
  for (std::size_t bytes = 0; bytes <= browser.size(); ++bytes) {
    CAPTURE(bytes);
    const limits line{.target_bytes = bytes};
    const limits fields{.header_bytes = bytes};
    CHECK(read_quickly(browser, line) == read_by_beast(browser, line));
    CHECK(read_quickly(browser, fields) == read_by_beast(browser, fields));
  }
}

TEST_CASE("Whatever is done to a request, both readers see the same", "[http][parser]") {
  std::mt19937 random(20261123);
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  constexpr std::string_view special = "\r\n\t :,\0\x7f\xff/?GH1a-";
  const std::string_view pieces[]{"\r\n",
                                  "\r\n\r\n",
                                  "Host: b\r\n",
                                  "Content-Length: 3\r\n",
                                  "Connection: close\r\n",
                                  "\r\n ",
                                  ": ",
                                  "HEAD ",
                                  " HTTP/1.0",
                                  "Expect: 100-continue\r\n",
                                  "POST "};
  for (int round = 0; round < 20'000; ++round) {
    std::string input(browser);
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(input.size());
      switch (below(4)) {
        case 0:
          input[at] = special[below(special.size())];
          break;
        case 1:
          input.erase(at, 1 + below(4));
          break;
        case 2:
          input.insert(at, pieces[below(std::size(pieces))]);
          break;
        default:
          input.insert(at, 1, static_cast<char>(below(256)));
      }
    }
    if (read_quickly(input) == read_by_beast(input)) continue;
    CAPTURE(round, input);
    FAIL_CHECK("two readings of one request");
  }
}
