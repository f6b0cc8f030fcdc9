#pragma once
// The key that links to the page of a site are signed with, as this node knows it: asked of the store when
// the first such link is opened, and again now and then, since an operator may have taken it away, which ends
// all links. Thread-safe.

#include "button/store/site_link.hpp"
#include "button/store/survey.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace buttond {

class site_link_keeper {
 public:
  static constexpr std::chrono::minutes between_looks{10};

  /// Both must outlive this.
  site_link_keeper(survey& store, const clock& time) : store_(store), time_(time) {}

  /// Nothing for as long as the store never gave one.
  std::optional<secret_key> key() const;

  /// Whether it is time to read().
  bool due() const;

  /// Asks the store, and puts a key there where it has none. What is known stays where it fails, or what it
  /// has is no key: errc::store_damaged. Blocks: any thread but an event loop's.
  result<void> read();

 private:
  survey& store_;
  const clock& time_;
  mutable std::mutex mutex_;
  std::optional<secret_key> key_;
  monotonic_time read_at_{};
};

}  // namespace buttond
