#include "button/shares/share_ids.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <span>

namespace buttond {
namespace {

constexpr std::size_t time_bytes = 4;
constexpr std::size_t random_bytes = 10;
constexpr std::size_t named_bytes = time_bytes + random_bytes;
constexpr std::size_t mac_bytes = 16;
constexpr int alphabet = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

using id_bytes = std::array<unsigned char, named_bytes + mac_bytes>;
static_assert(id_bytes().size() % 3 == 0);  // no bits are left over: one id has one spelling
static_assert(sodium_base64_ENCODED_LEN(id_bytes().size(), alphabet) == share_ids::characters + 1);

using mac = std::array<unsigned char, mac_bytes>;

// The first part has one length, so the end of the link needs no mark.
mac mac_of(std::span<const unsigned char> named, std::string_view link, const secret_key& key) {
  mac made;
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), made.size());
  crypto_generichash_update(&state, named.data(), named.size());
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(link.data()), link.size());
  crypto_generichash_final(&state, made.data(), made.size());
  return made;
}

std::chrono::seconds since_epoch(wall_time time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
}

}  // namespace

share_ids::share_ids(const clock& time) : time_(time), key_(new_secret_key()) {}

std::string share_ids::make(std::string_view link) const {
  id_bytes bytes;
  const auto seconds = static_cast<std::uint32_t>(since_epoch(time_.wall()).count());
  for (std::size_t i = 0; i < time_bytes; ++i)
    bytes[i] = static_cast<unsigned char>(seconds >> (8 * (time_bytes - 1 - i)));
  randombytes_buf(bytes.data() + time_bytes, random_bytes);
  const auto signature = mac_of(std::span(bytes).first(named_bytes), link, key());
  std::ranges::copy(signature, bytes.begin() + named_bytes);
  std::array<char, characters + 1> text;
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), alphabet);
  return text.data();
}

bool share_ids::is_good(std::string_view id, std::string_view link) const {
  id_bytes bytes;
  std::size_t decoded = 0;
  if (id.size() != characters ||
      sodium_base642bin(bytes.data(), bytes.size(), id.data(), id.size(), nullptr, &decoded, nullptr,
                        alphabet) != 0 ||
      decoded != bytes.size())
    return false;
  std::uint32_t seconds = 0;
  for (std::size_t i = 0; i < time_bytes; ++i) seconds = seconds << 8 | bytes[i];
  const auto now = time_.wall();
  const auto age = since_epoch(now) - std::chrono::seconds(seconds);
  if (age > good_for || age < -clocks_differ) return false;
  const auto signed_with = [&](const secret_key& key) {
    const auto right = mac_of(std::span(bytes).first(named_bytes), link, key);
    return sodium_memcmp(right.data(), bytes.data() + named_bytes, right.size()) == 0;
  };
  const std::lock_guard lock(mutex_);
  return signed_with(key_) || (former_ && time_.monotonic() < former_until_ && signed_with(*former_));
}

void share_ids::use(const secret_key& key) {
  const std::lock_guard lock(mutex_);
  if (key == key_) return;
  former_ = key_;
  former_until_ = time_.monotonic() + good_for + clocks_differ;
  key_ = key;
}

secret_key share_ids::key() const {
  const std::lock_guard lock(mutex_);
  return key_;
}

}  // namespace buttond
