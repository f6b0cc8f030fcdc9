#include "button/store/site_link.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t until = 1'798'761'600;

secret_key key_of(char digit) {
  return secret_key_of(std::string(64, digit)).value();
}

}  // namespace

TEST_CASE("A link is signed for one site, one end and by one key", "[site_link]") {
  const std::string signature = site_link_signature(key_of('a'), "example.com", until);
  CHECK(signature.size() == 32);
  CHECK(std::ranges::all_of(signature,
                            [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }));
  CHECK(is_site_link_signature(signature, key_of('a'), "example.com", until));
  CHECK_FALSE(is_site_link_signature(signature, key_of('a'), "example.org", until));
  CHECK_FALSE(is_site_link_signature(signature, key_of('a'), "example.com", until + 1));
  CHECK_FALSE(is_site_link_signature(signature, key_of('b'), "example.com", until));
}

TEST_CASE("A signature that is cut, longer, or in capitals is none", "[site_link]") {
  const std::string signature = site_link_signature(key_of('a'), "example.com", until);
  std::string capitals = signature;
  std::ranges::transform(capitals, capitals.begin(), [](char c) { return c >= 'a' ? char(c - 32) : c; });
  for (const std::string& wrong :
       {std::string(), signature.substr(1), signature + "0", signature + std::string(1, '\0'), capitals})
    CHECK_FALSE(is_site_link_signature(wrong, key_of('a'), "example.com", until));
}

TEST_CASE("No site and end can be read as another site and end", "[site_link]") {
  CHECK(site_link_signature(key_of('a'), "1.example.com", 1) !=
        site_link_signature(key_of('a'), ".example.com", 11));
  CHECK(site_link_signature(key_of('a'), "", 1) != site_link_signature(key_of('a'), "1", 0));
}

TEST_CASE("A signature stays what it is, so that links outlive an update", "[site_link]") {
  CHECK(site_link_signature(key_of('a'), "example.com", until) == "7de1e2168a2c2561306a79c98aa6d446");
}

TEST_CASE("A key is 64 hexadecimal digits, and each new one is another", "[site_link]") {
  const std::string one = text_of(new_secret_key());
  CHECK(one.size() == 64);
  CHECK(one != text_of(new_secret_key()));
  CHECK(secret_key_of(one));
  for (const std::string& wrong :
       {std::string(), one.substr(2), one + "00", "zz" + one.substr(2), one.substr(1) + " "})
    CHECK_FALSE(secret_key_of(wrong));
}

TEST_CASE("A link's address survives whatever a site may be called", "[site_link]") {
  const auto end = std::chrono::sys_seconds(std::chrono::seconds(until));
  const std::string target = site_link_target(key_of('a'), "[2001:db8::1]:8080", end);
  CHECK(target == "/site?name=%5B2001%3Adb8%3A%3A1%5D%3A8080&until=1798761600&signature=" +
                      site_link_signature(key_of('a'), "[2001:db8::1]:8080", until));
}
