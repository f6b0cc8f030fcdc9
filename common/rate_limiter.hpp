#pragma once
// How many events of one reader are within the rate: GCRA ("virtual scheduling", ITU-T I.371), which needs
// one number an account, the time at which its allowance will be whole again.
//
// A reader has one account or several, and an event is within the rate where it is within that of each:
//
//   of IPv4    the address
//   of IPv6    the /64, which one reader owns; the /56, with twice the allowance; the /48, with four times
//   it,
//              since a new /64 is to be had for nothing
//   untracked  who asks not to be tracked: his network, a /16 of IPv4 or a /32 of IPv6, which tells nobody
//              apart; and all of his kind together
//   unknown    all of his kind together
//
// The numbers stand in a table of fixed size beside a tag, 24 bits of a hash of the account under a random
// secret: no address is kept, and nothing outside this process can tell which one an entry was. An entry
// whose time is over says nothing any more and is written over. Where eight accounts of one line are over
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
#include <optional>
#include <string_view>
#include <vector>

namespace buttond {

struct rate_options {
  double per_second = 5;  // events of one account; more than 0
  double burst = 50;      // how many may come at once; at least 1
  // How many times that is the allowance of all who ask not to be tracked, and of all who are unknown.
  unsigned untracked = 4;
  unsigned unknown = 1;
  /// How many accounts can be told apart at once. An account counts for as long as its allowance is not
  /// whole: 200 ms after one event at the default rate.
  std::size_t accounts = 131'072;
};

class rate_limiter {
 public:
  class account {
    friend class rate_limiter;
    std::uint64_t hash_ = 0;
    unsigned times_ = 0;  // 0: none
  };

  /// Those of one reader, the narrowest first.
  using accounts = std::array<account, 3>;

  /// Draws the secret from the operating system; throws startup_error where it has none.
  explicit rate_limiter(const rate_options& options);

  /// Costs a hash for each; good for many calls of take().
  accounts of_reader(const std::optional<address_bytes>& address, bool untracked) const noexcept;

  /// Of a site, say.
  account of_name(std::string_view name) const noexcept;

  /// How many of `events` events at `now` are within the rate. The others take nothing from an account; but
  /// what a wider account refuses was taken from the narrower ones, so that who floods a network does not use
  /// up what is his neighbours'.
  unsigned take(const accounts& who, unsigned events, monotonic_time now) noexcept;
  unsigned take(const account& who, unsigned events, monotonic_time now) noexcept;

 private:
  static constexpr std::size_t entries_of_line = 8;
  struct alignas(64) line {
    std::array<std::atomic<std::uint64_t>, entries_of_line> entries{};
  };

  account of_bytes(const unsigned char* bytes, std::size_t size, unsigned times) const noexcept;

  std::uint64_t interval_;   // microseconds an event
  std::uint64_t tolerance_;  // how far ahead of now an account may be, in microseconds
  std::array<unsigned char, 16> secret_;
  account all_untracked_;
  account all_unknown_;
  std::vector<line> lines_;  // a power of two
};

}  // namespace buttond
