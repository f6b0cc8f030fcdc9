#include "common/url_key.hpp"

#include "common/ascii.hpp"
#include "common/key_maker.hpp"
#include "common/plain_key.hpp"

namespace buttond {

result<std::string_view> make_key(std::string_view url, const key_rules& rules, key_buffer& buffer) {
  if (const std::string_view key = plain_key(url); !key.empty())
    return std::string_view(buffer.data(), key.copy(buffer.data(), buffer.size()));
  no_observer nobody;
  return key_maker<no_observer>(rules, buffer, nobody).make(url);
}

std::string_view site_of(std::string_view key) noexcept {
  return key.substr(0, size_until(key, '/', '?'));
}

}  // namespace buttond
