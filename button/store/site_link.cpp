#include "button/store/site_link.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <array>

namespace buttond {
namespace {

constexpr std::string_view version_word = "buttond site link 1";
constexpr std::size_t mac_bytes = 16;

std::string encoded(std::string_view text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

}  // namespace

std::string site_link_signature(const secret_key& key, std::string_view site, std::int64_t until) {
  const std::string signed_text = fmt::format("{}{}{}{}{}", version_word, '\0', until, '\0', site);
  std::array<unsigned char, mac_bytes> mac;
  crypto_generichash(mac.data(), mac.size(), reinterpret_cast<const unsigned char*>(signed_text.data()),
                     signed_text.size(), key.data(), key.size());
  std::array<char, 2 * mac_bytes + 1> text;
  return sodium_bin2hex(text.data(), text.size(), mac.data(), mac.size());
}

bool is_site_link_signature(std::string_view signature, const secret_key& key, std::string_view site,
                            std::int64_t until) {
  const std::string right = site_link_signature(key, site, until);
  return signature.size() == right.size() && sodium_memcmp(signature.data(), right.data(), right.size()) == 0;
}

std::string site_link_query(std::string_view site, std::int64_t until, std::string_view signature) {
  return fmt::format("name={}&until={}&signature={}", encoded(site), until, encoded(signature));
}

std::string site_link_target(const secret_key& key, std::string_view site, std::chrono::sys_seconds until) {
  const std::int64_t seconds = until.time_since_epoch().count();
  return "/site?" + site_link_query(site, seconds, site_link_signature(key, site, seconds));
}

}  // namespace buttond
