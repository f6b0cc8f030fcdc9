#include "common/network.hpp"

#include <catch2/catch.hpp>

#include <string_view>

using buttond::ipv4_of;
using buttond::mapped_ipv4;
using buttond::network;
using buttond::parse_address;

TEST_CASE("A network contains the addresses that share its prefix", "[network]") {
  const auto ten = network::parse("10.0.0.0/8");
  REQUIRE(ten);
  CHECK(ten->contains(*parse_address("10.255.1.2")));
  CHECK_FALSE(ten->contains(*parse_address("11.0.0.1")));
  CHECK_FALSE(ten->contains(*parse_address("fd00::1")));

  const auto odd = network::parse("fe80::/10");
  REQUIRE(odd);
  CHECK(odd->contains(*parse_address("febf::1")));
  CHECK_FALSE(odd->contains(*parse_address("fec0::1")));
}

TEST_CASE("An IPv4 address comes back out of its mapped form, and out of no other", "[network]") {
  const auto mapped = parse_address("192.0.2.7");
  CHECK(mapped == parse_address("::ffff:192.0.2.7"));
  REQUIRE(ipv4_of(*mapped));
  CHECK(ntohl(ipv4_of(*mapped)->s_addr) == 0xC0000207);
  CHECK(mapped_ipv4(*ipv4_of(*mapped)) == *mapped);
  CHECK_FALSE(ipv4_of(*parse_address("::192.0.2.7")));
  CHECK_FALSE(ipv4_of(*parse_address("2001:db8::1")));
}

TEST_CASE("A network without a prefix length is one address", "[network]") {
  const auto one = network::parse("192.0.2.7");
  REQUIRE(one);
  CHECK(one->contains(*parse_address("192.0.2.7")));
  CHECK(one->contains(*parse_address("::ffff:192.0.2.7")));
  CHECK_FALSE(one->contains(*parse_address("192.0.2.8")));
}

TEST_CASE("Length 0 contains every address of its family", "[network]") {
  CHECK(network::parse("::/0")->contains(*parse_address("192.0.2.7")));
  CHECK(network::parse("0.0.0.0/0")->contains(*parse_address("192.0.2.7")));
  CHECK_FALSE(network::parse("0.0.0.0/0")->contains(*parse_address("2001:db8::1")));
}

TEST_CASE("What is not a network is refused", "[network]") {
  for (const char* text : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "::/129",
                           "localhost", "10.0.0", "[::1]/64", "1.2.3.4 "}) {
    CAPTURE(text);
    CHECK_FALSE(network::parse(text));
  }
}

TEST_CASE("An address is the whole of its text, also where that goes on behind a NUL", "[network]") {
  using namespace std::string_view_literals;
  CHECK_FALSE(parse_address("192.0.2.7\0"sv));
  CHECK_FALSE(parse_address("192.0.2.7\0.example"sv));
  CHECK_FALSE(parse_address("2001:db8::1\0x"sv));
  CHECK_FALSE(network::parse("192.0.2.0\0x/24"sv));
}
