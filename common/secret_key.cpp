#include "common/secret_key.hpp"

#include <sodium.h>

#include <cstddef>

namespace buttond {

secret_key new_secret_key() {
  secret_key key;
  randombytes_buf(key.data(), key.size());
  return key;
}

std::string text_of(const secret_key& key) {
  std::array<char, 2 * secret_key().size() + 1> text;
  return sodium_bin2hex(text.data(), text.size(), key.data(), key.size());
}

std::optional<secret_key> secret_key_of(std::string_view text) {
  secret_key key;
  std::size_t bytes = 0;
  if (text.size() != 2 * key.size() ||
      sodium_hex2bin(key.data(), key.size(), text.data(), text.size(), nullptr, &bytes, nullptr) != 0 ||
      bytes != key.size())
    return std::nullopt;
  return key;
}

}  // namespace buttond
