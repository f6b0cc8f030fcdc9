// Any bytes as a link that is shared: what is shown of it is text, nothing of it is unseen or turns the
// others around, its host is the one that it is counted under, and it is the same page.

#include "button/handlers/pages/shown_link.hpp"
#include "common/url_key.hpp"
#include "tests/fuzz/require.hpp"

#include <utf8.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buttond {
namespace {

/// What a reader must never meet, as far as it is dangerous: blanks, controls, and what turns text around.
bool misleads(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202F) || (c >= 0x2060 && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
}

void check(std::string_view url) {
  key_buffer buffer;
  const key_rules rules{.allow_private_hosts = true};
  const auto key = make_key(url, rules, buffer);
  if (!key) return;
  const std::string_view site = site_of(*key);
  const shown_link shown = show_link(url, site);
  require(shown.scheme == "https://" || shown.scheme == "http://", "a link is of the web");
  require(shown.host == site || shown.host == "www." + std::string(site), "the host is the key's");
  require(utf8::is_valid(shown.rest), "what is shown is text");
  for (const char32_t c : utf8::utf8to32(shown.rest)) require(!misleads(c), "what is shown is seen");
  require(shown.rest.empty() || std::string_view("/\\?#").find(shown.rest.front()) != std::string_view::npos,
          "the host ends where it seems to");
  key_buffer again;
  const auto key_of_shown = make_key(shown.scheme + shown.host + shown.rest, rules, again);
  // What is encoded to be seen may have become too long.
  if (!key_of_shown && shown.rest.size() > url.size()) return;
  require(key_of_shown && *key_of_shown == *key, "what is shown is the same page");
}

}  // namespace
}  // namespace buttond

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buttond::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
