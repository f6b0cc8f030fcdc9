// Any bytes as a URL: no crash, and what the head of url_key.hpp promises of a key.

#include "common/link_text.hpp"
#include "common/url_key.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
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
  const auto fragment = std::min(key->find("#!"), key->size());
  require(std::ranges::all_of(key->substr(0, fragment), may_be_in_a_key) &&
              std::ranges::all_of(key->substr(std::min(fragment + 1, key->size())), may_be_in_a_key),
          "a key is of harmless characters");
  require(site_of(*key).find('#') == std::string_view::npos, "a fragment is behind the site");
  require(!site_of(*key).empty(), "a key has a site");

  key_buffer second;
  const auto again = make_key(*key, rules, second);
  require(again.has_value() && *again == *key, "the key of a key is itself");

  const std::string shared = whole_link(url);
  const auto key_of_shared = make_key(shared, rules, second);
  require(shared.size() > max_url_bytes || (key_of_shared.has_value() && *key_of_shared == *key),
          "what is shared is what is counted");
}

}  // namespace
}  // namespace buttond

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view url(reinterpret_cast<const char*>(data), size);
  buttond::try_url(url, {.allow_private_hosts = false});
  buttond::try_url(url, {.allow_private_hosts = true});
  return 0;
}
