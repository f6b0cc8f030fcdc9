#include "common/checksum.hpp"

#include <sodium.h>

#include <array>
#include <cstring>

namespace buttond {
namespace {

using short_key = std::array<unsigned char, crypto_shorthash_KEYBYTES>;
constexpr short_key key{'b', 'u', 't', 't', 'o', 'n', 'd', ' ', 'j', 'o', 'u', 'r', 'n', 'a', 'l', '1'};

const unsigned char* raw(std::string_view bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::uint64_t short_checksum(std::string_view bytes) noexcept {
  std::uint64_t sum = 0;
  static_assert(sizeof sum == crypto_shorthash_BYTES);
  crypto_shorthash(reinterpret_cast<unsigned char*>(&sum), raw(bytes), bytes.size(), key.data());
  return sum;
}

long_checksum::long_checksum() noexcept {
  crypto_generichash_init(&state_, nullptr, 0, crypto_generichash_BYTES_MIN);
}

void long_checksum::add(std::string_view bytes) noexcept {
  crypto_generichash_update(&state_, raw(bytes), bytes.size());
}

std::uint64_t long_checksum::value() noexcept {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest;
  crypto_generichash_final(&state_, digest.data(), digest.size());
  std::uint64_t sum = 0;
  std::memcpy(&sum, digest.data(), sizeof sum);
  return sum;
}

}  // namespace buttond
