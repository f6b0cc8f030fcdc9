#pragma once
// What a store is asked for, by name, and whether reading and writing succeed now. Not thread-safe: the owner
// of a store_health locks.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

enum class store_operation : std::uint8_t {
  bring,
  fold,
  find,
  record_shares,
  share_key,
  set,
  move,
  retry_refused,
  can_write,
  ping,
  read_links,
  read_refused
};
inline constexpr std::array<std::string_view, 12> all_store_operations{
    "bring", "fold",          "find",      "record_shares", "share_key",  "set",
    "move",  "retry_refused", "can_write", "ping",          "read_links", "read_refused"};

constexpr std::string_view name_of(store_operation operation) noexcept {
  return all_store_operations[static_cast<std::size_t>(operation)];
}

/// A fold reads too, but it is for what it writes.
constexpr bool only_reads(store_operation operation) noexcept {
  return operation == store_operation::find || operation >= store_operation::ping;
}

/// How the last try of each operation ended.
///
/// One that reads is as good as another. Of those that write each is judged by itself: a fold that finds
/// nothing to do must not hide that nothing can be brought. Batches are brought and folded until that
/// succeeds; whatever else is written may not be asked for again, so can_write, which tries it all, speaks
/// for it too.
class store_health {
 public:
  void failed(store_operation operation) noexcept { of(operation) = outcome::failed; }
  void succeeded(store_operation operation) noexcept;

  /// Whether the last one that reads succeeded; false before the first.
  bool reads_up() const noexcept;
  /// Whether the last one of each that writes succeeded; false before can_write() or bring() did.
  bool writes_up() const noexcept;
  /// Whether anything has failed that has not succeeded since.
  bool anything_fails() const noexcept;

 private:
  enum class outcome : std::uint8_t { unknown, succeeded, failed };

  outcome& of(store_operation operation) noexcept {
    return last_[only_reads(operation) ? reading : static_cast<std::size_t>(operation)];
  }

  static constexpr auto reading = static_cast<std::size_t>(store_operation::ping);  // of all that read
  std::array<outcome, reading + 1> last_{};
};

}  // namespace buttond
