// Any bytes as a URL: no crash, and what the head of url_key.hpp promises of a key.

#include "common/url_key.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {
namespace {

bool may_be_in_a_key(char c) {
  return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}#").find(c) == std::string_view::npos;
}

void try_url(std::string_view url, const key_rules& rules) {
  key_buffer buffer;
  const auto key = make_key(url, rules, buffer);
  const auto explanation = explain_key(url, rules);
  require(explanation.key.has_value() == key.has_value(), "explain_key and make_key agree");
  if (!key) {
    require(explanation.key.error() == key.error(), "explain_key and make_key refuse for one reason");
    return;
  }
  require(*explanation.key == *key, "explain_key and make_key have one key");
  require(std::ranges::all_of(*key, may_be_in_a_key), "a key is of harmless characters");
  require(!site_of(*key).empty(), "a key has a site");

  key_buffer second;
  const auto again = make_key(*key, rules, second);
  require(again.has_value() && *again == *key, "the key of a key is itself");
}

}  // namespace
}  // namespace buttond

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view url(reinterpret_cast<const char*>(data), size);
  buttond::try_url(url, {.allow_private_hosts = false});
  buttond::try_url(url, {.allow_private_hosts = true});
  return 0;
}
