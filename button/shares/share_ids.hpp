#pragma once
// The ids that the share page gives to its showings: a node signs them, so that nobody makes up shares
// without asking for the page, nor keeps an id for another link or another day. Whatever node of one store
// signed an id, each takes it: they share a key (share_key_keeper.hpp).
//
// An id is 40 characters of URL-safe base64, 30 bytes: 4 when it was signed, in seconds since 1970, the
// highest first; 10 at random; 16 of keyed BLAKE2b over these 14 and the link's key. BLAKE2b is a MAC by its
// key alone, and hashes all else here; an id is far from any hot path, where SipHash would save a
// microsecond.
//
// Thread-safe: loops make and check, the keeper gives the key.

#include "common/clock.hpp"
#include "common/secret_key.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

class share_ids {
 public:
  static constexpr std::chrono::hours good_for{1};
  /// The clock of a node may be so far ahead of another's.
  static constexpr std::chrono::minutes clocks_differ{5};
  static constexpr std::size_t characters = 40;

  /// Signs with a key of its own until use(). `time` must outlive this.
  explicit share_ids(const clock& time);

  /// A new id for `link`, the key of one.
  std::string make(std::string_view link) const;

  /// Whether this node, or another one with its key, made `id` for `link` in the last hour. In constant time,
  /// as far as the signature goes.
  bool is_good(std::string_view id, std::string_view link) const;

  /// Signs with `key` from now on. What was signed with the one before stays good while it would.
  void use(const secret_key& key);

  /// What it signs with.
  secret_key key() const;

 private:
  const clock& time_;
  mutable std::mutex mutex_;
  secret_key key_;
  std::optional<secret_key> former_;
  monotonic_time former_until_;
};

}  // namespace buttond
