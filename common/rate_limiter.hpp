#pragma once
// How many events of one address are within the rate: GCRA ("virtual scheduling", ITU-T I.371), which needs
// one number an address, the time at which its allowance will be whole again.
//
// The numbers stand in a table of fixed size beside a tag, 24 bits of a hash of the address under a random
// secret: no address is kept, and nothing outside this process can tell which one an entry was. An entry
// whose time is over says nothing any more and is written over. Where eight addresses of one line are over
// their rate at once, the one nearest to its time is forgotten early: a full table counts too much rather
// than too little.
//
// Thread-safe and lock-free: one for all loops. Owned by app.

#include "common/clock.hpp"
#include "common/network.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace buttond {

struct rate_options {
  double per_second = 5;  // events of one address; more than 0
  double burst = 50;      // how many may come at once; at least 1
  /// How many addresses can be told apart at once. An address counts for as long as its allowance is not
  /// whole: 200 ms after one event at the default rate.
  std::size_t addresses = 131'072;
};

class rate_limiter {
 public:
  /// An address, as far as it is looked at: an IPv6 reader owns a /64, so only that much of it counts.
  class account {
    friend class rate_limiter;
    explicit account(std::uint64_t hash) noexcept : hash_(hash) {}
    std::uint64_t hash_;
  };

  /// Draws the secret from the operating system; throws startup_error where it has none.
  explicit rate_limiter(const rate_options& options);

  /// Costs a hash; good for many calls of take().
  account account_of(const address_bytes& address) const noexcept;

  /// How many of `events` events at `now` are within the rate (the others take nothing from it).
  unsigned take(account who, unsigned events, monotonic_time now) noexcept;

 private:
  static constexpr std::size_t entries_of_line = 8;
  struct alignas(64) line {
    std::array<std::atomic<std::uint64_t>, entries_of_line> entries{};
  };

  std::uint64_t interval_;   // microseconds an event
  std::uint64_t tolerance_;  // how far ahead of now an account may be, in microseconds
  std::array<unsigned char, 16> secret_;
  std::vector<line> lines_;  // a power of two
};

}  // namespace buttond
