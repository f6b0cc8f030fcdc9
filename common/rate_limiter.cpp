#include "common/rate_limiter.hpp"

#include "common/error.hpp"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace buttond {
namespace {

// An entry: the tag in the upper 24 bits; below, when the allowance will be whole again, in microseconds
// modulo 2^40 (12.7 days).
constexpr unsigned time_bits = 40;
constexpr std::uint64_t time_mask = (std::uint64_t{1} << time_bits) - 1;

// Loops read their clocks a little apart, so an entry may be that much further ahead of one loop's now.
constexpr std::uint64_t clock_slack = 1'000'000;
constexpr double longest_tolerance = 1e11;  // 28 hours; far from half of the modulus

std::uint64_t microseconds(monotonic_time time) noexcept {
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch());
  return static_cast<std::uint64_t>(since.count()) & time_mask;
}

}  // namespace

rate_limiter::rate_limiter(const rate_options& options)
    : interval_(static_cast<std::uint64_t>(std::clamp(std::round(1e6 / options.per_second), 1.0, 1e11))),
      tolerance_(
          static_cast<std::uint64_t>(std::clamp(static_cast<double>(interval_) * std::floor(options.burst),
                                                static_cast<double>(interval_), longest_tolerance))),
      lines_(std::bit_ceil(std::max<std::size_t>(options.accounts / entries_of_line, 1))) {
  static_assert(crypto_shorthash_KEYBYTES == sizeof(secret_));
  if (sodium_init() < 0)
    throw startup_error("no random numbers: the operating system's generator is not available");
  randombytes_buf(secret_.data(), secret_.size());
  // Of lengths that no part of an address has: no two accounts are hashed from the same bytes.
  constexpr std::array<unsigned char, 2> untracked{};
  constexpr std::array<unsigned char, 1> unknown{};
  all_untracked_ = of_bytes(untracked.data(), untracked.size(), options.untracked);
  all_unknown_ = of_bytes(unknown.data(), unknown.size(), options.unknown);
}

rate_limiter::account rate_limiter::of_bytes(const unsigned char* bytes, std::size_t size,
                                             unsigned times) const noexcept {
  account made;
  static_assert(crypto_shorthash_BYTES == sizeof(made.hash_));
  crypto_shorthash(reinterpret_cast<unsigned char*>(&made.hash_), bytes, size, secret_.data());
  made.times_ = times;
  return made;
}

rate_limiter::account rate_limiter::of_name(std::string_view name) const noexcept {
  return of_bytes(reinterpret_cast<const unsigned char*>(name.data()), name.size(), 1);
}

rate_limiter::accounts rate_limiter::of_reader(const std::optional<address_bytes>& address,
                                               bool untracked) const noexcept {
  // Of different lengths, so that no two accounts are hashed from the same bytes.
  constexpr std::size_t bits_48 = 6, bits_56 = 7, bits_64 = 8, network_of_6 = 4, network_of_4 = 14;
  if (!address) return {untracked ? all_untracked_ : all_unknown_};
  const unsigned char* const bytes = address->data();
  const bool is_ipv4 = ipv4_of(*address).has_value();
  if (untracked) return {of_bytes(bytes, is_ipv4 ? network_of_4 : network_of_6, 1), all_untracked_};
  if (is_ipv4) return {of_bytes(bytes, address->size(), 1)};
  return {of_bytes(bytes, bits_64, 1), of_bytes(bytes, bits_56, 2), of_bytes(bytes, bits_48, 4)};
}

unsigned rate_limiter::take(const accounts& who, unsigned events, monotonic_time now) noexcept {
  for (const account& each : who) {
    if (each.times_ == 0 || events == 0) break;
    events = take(each, events, now);
  }
  return events;
}

unsigned rate_limiter::take(const account& who, unsigned events, monotonic_time now) noexcept {
  auto& entries = lines_[who.hash_ & (lines_.size() - 1)].entries;
  const std::uint64_t tag = who.hash_ & ~time_mask;
  const std::uint64_t here = microseconds(now);
  const std::uint64_t interval = std::max<std::uint64_t>(interval_ / who.times_, 1);
  for (;;) {
    // The account's own entry, else the one whose time is over or nearest.
    std::atomic<std::uint64_t>* chosen = nullptr;
    std::uint64_t seen = 0;
    std::uint64_t ahead = 0;
    bool is_own = false;
    for (auto& entry : entries) {
      const std::uint64_t word = entry.load(std::memory_order_relaxed);
      std::uint64_t distance = (word - here) & time_mask;
      if (distance > tolerance_ + clock_slack) distance = 0;  // that is in the past
      is_own = distance != 0 && (word & ~time_mask) == tag;
      if (is_own || chosen == nullptr || distance < ahead) {
        chosen = &entry;
        seen = word;
        ahead = distance;
      }
      if (is_own) break;
    }
    if (!is_own) ahead = 0;
    if (ahead >= tolerance_) return 0;
    const auto within =
        static_cast<unsigned>(std::min<std::uint64_t>(events, (tolerance_ - ahead) / interval));
    if (within == 0) return 0;
    const std::uint64_t whole_at = (here + ahead + within * interval) & time_mask;
    if (chosen->compare_exchange_weak(seen, tag | whole_at, std::memory_order_relaxed)) return within;
  }
}

}  // namespace buttond
