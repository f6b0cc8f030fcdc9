#include "common/fingerprint.hpp"

#include "common/error.hpp"

#include <sodium.h>

#include <cstring>

namespace buttond {

fingerprinter::fingerprinter() {
  if (sodium_init() < 0)
    throw startup_error("no random numbers: the operating system's generator is not available");
  randombytes_buf(secret_.data(), secret_.size());
}

fingerprint fingerprinter::operator()(std::string_view key) const noexcept {
  static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(fingerprint));
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == sizeof(secret_));
  std::array<unsigned char, sizeof(fingerprint)> bytes;
  crypto_shorthash_siphashx24(bytes.data(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                              secret_.data());
  fingerprint value;
  std::memcpy(&value, bytes.data(), bytes.size());
  return value;
}

}  // namespace buttond
