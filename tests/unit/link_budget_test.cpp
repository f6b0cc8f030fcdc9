#include "button/handlers/link_budget.hpp"

#include "tests/unit/allocation_count.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

constexpr monotonic_time start{100h};

http::request request_of(const char* address, monotonic_time when = start) {
  http::request in;
  in.received = when;
  if (address != nullptr) in.client = parse_address(address);
  return in;
}

/// How many of `count` links of `site` are admitted.
int admitted(link_budget& budget, const std::string& site, int count, const http::request& in) {
  static const fingerprinter fingerprint_of;
  int admits = 0;
  for (int i = 0; i < count; ++i) {
    const auto key = fmt::format("{}/{}", site, i);
    admits += budget.admits(fingerprint_of(key), key, in) ? 1 : 0;
  }
  return admits;
}

}  // namespace

TEST_CASE("New links are admitted up to the budget, and what was admitted is no longer new",
          "[link_budget]") {
  link_budget budget(100);
  const auto in = request_of("192.0.2.1");
  CHECK(admitted(budget, "example.com", 100, in) == 100);
  CHECK(admitted(budget, "example.com", 200, in) == 100);
  CHECK(admitted(budget, "example.com", 100, request_of("192.0.2.2")) == 100);
}

TEST_CASE("A site that is over its budget costs its readers theirs, and no other site its own",
          "[link_budget]") {
  link_budget budget(100);
  CHECK(admitted(budget, "a.example", 1'000, request_of("192.0.2.1")) == 100);
  CHECK(admitted(budget, "b.example", 100, request_of("192.0.2.1")) == 0);
  CHECK(admitted(budget, "b.example", 100, request_of("192.0.2.2")) == 100);
}

TEST_CASE("The budget comes back within the hour, at its pace", "[link_budget]") {
  link_budget budget(3'600);
  CHECK(admitted(budget, "example.com", 5'000, request_of("192.0.2.1")) == 3'600);
  CHECK(admitted(budget, "example.com/later", 5'000, request_of("192.0.2.2", start + 100s)) == 100);
  CHECK(admitted(budget, "example.com/much/later", 5'000, request_of("192.0.2.3", start + 2h)) == 3'600);
}

TEST_CASE("A link is known for an hour after it was admitted, and for two at most", "[link_budget]") {
  link_budget budget(1);
  const auto ask = [&budget](monotonic_time when) {
    return admitted(budget, "example.com", 1, request_of("192.0.2.1", when)) == 1;
  };
  CHECK(ask(start));
  // The budget is used up by another one each time, so what is admitted was known.
  CHECK(admitted(budget, "example.com/a", 1, request_of("192.0.2.2", start + 59min)) == 0);
  CHECK(ask(start + 59min));
  CHECK(ask(start + 119min));
  CHECK(admitted(budget, "example.com/b", 1, request_of("192.0.2.3", start + 121min)) == 1);
  CHECK_FALSE(ask(start + 121min));
}

TEST_CASE("Half a million links an hour are told apart but for one in fifty", "[link_budget]") {
  recent_filter seen(1h);
  const fingerprinter fingerprint_of;
  const auto of = [&](const char* name, int i) { return fingerprint_of(fmt::format("{}/{}", name, i)); };
  for (int i = 0; i < 500'000; ++i) seen.add(of("added", i), start);
  int missed = 0;
  int mistaken = 0;
  for (int i = 0; i < 50'000; ++i) {
    missed += seen.contains(of("added", i), start + 59min) ? 0 : 1;
    mistaken += seen.contains(of("other", i), start) ? 1 : 0;
  }
  CHECK(missed == 0);
  CHECK(mistaken < 1'000);
  CHECK_FALSE(seen.contains(of("added", 1), start + 2h));
}

TEST_CASE("The budget allocates nothing", "[link_budget]") {
  link_budget budget(10);
  const auto in = request_of("2001:db8::1");
  const fingerprinter fingerprint_of;
  const auto link = fingerprint_of("example.com/a");
  const auto before = allocations();
  for (int i = 0; i < 100; ++i) budget.admits(link, "example.com/a", in);
  CHECK(allocations() == before);
}
