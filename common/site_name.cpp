#include "common/site_name.hpp"

#include "common/url_key.hpp"

namespace buttond {

std::optional<std::string> normalized_site(std::string_view host) {
  key_buffer buffer;
  const auto key = make_key(host, {.allow_private_hosts = true}, buffer);
  if (!key || site_of(*key) != *key) return std::nullopt;
  return std::string(*key);
}

}  // namespace buttond
