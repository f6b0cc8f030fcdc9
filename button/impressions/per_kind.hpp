#pragma once
// The kinds of events, and what stands once for each of them. Shares are in their links when they become
// events: the journal brings them to their day.

#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace buttond {

enum class event_kind : std::uint8_t { impression, click, share };

/// One `T` for each kind.
template <class T>
struct per_kind {
  T impressions{};
  T clicks{};
  T shares{};

  T& operator[](event_kind kind) noexcept { return this->*member_of(kind); }
  const T& operator[](event_kind kind) const noexcept { return this->*member_of(kind); }

  constexpr per_kind& operator+=(const per_kind& other) noexcept {
    impressions += other.impressions;
    clicks += other.clicks;
    shares += other.shares;
    return *this;
  }

  /// Of a part of these.
  per_kind& operator-=(const per_kind& part) noexcept {
    assert(part.impressions <= impressions && part.clicks <= clicks && part.shares <= shares);
    impressions -= part.impressions;
    clicks -= part.clicks;
    shares -= part.shares;
    return *this;
  }

  friend bool operator==(const per_kind&, const per_kind&) = default;

 private:
  static T per_kind::*member_of(event_kind kind) noexcept {
    // Read from a table, and not chosen by branches: it is done for each event.
    static constexpr std::array<T per_kind::*, 3> members{&per_kind::impressions, &per_kind::clicks,
                                                          &per_kind::shares};
    return members[static_cast<std::size_t>(kind)];
  }
};

/// How many of each kind.
using event_totals = per_kind<std::uint64_t>;

/// The same, written by one thread and read by any.
class shared_totals {
 public:
  void add(event_kind kind, std::uint64_t times) noexcept {
    auto& total = totals_[kind];
    total.store(total.load(std::memory_order_relaxed) + times, std::memory_order_relaxed);
  }

  event_totals read() const noexcept {
    return {totals_.impressions.load(std::memory_order_relaxed),
            totals_.clicks.load(std::memory_order_relaxed), totals_.shares.load(std::memory_order_relaxed)};
  }

 private:
  per_kind<std::atomic<std::uint64_t>> totals_;
};

}  // namespace buttond
