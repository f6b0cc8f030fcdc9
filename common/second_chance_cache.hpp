#pragma once
// A cache of a fixed capacity that drops what came first, but with a second chance for what was used
// meanwhile (FIFO with reinsertion; J. Yang et al., "FIFO can be better than LRU", HotOS 2023). One array of
// nodes linked by 32-bit indices, and a hash index over them. No allocation after construction; memory is
// touched only as the cache fills.
//
// - Nodes: number 0 is the sentinel of the queue and stands for "none" in every link, so that zeroed memory
// is
//   an empty cache. A node is in the queue, or on the list of free nodes.
// - Index: chains over a bucket array that grows with the nodes by linear hashing (W. Litwin, VLDB 1980):
// each
//   new node splits two buckets, so there is no rehash that a caller would have to wait for, and there are
//   two buckets an entry at every size.
// - Second chances: to find an entry only marks it, because moving it would touch the memory of three others.
//   When a marked entry comes to be dropped, it goes to the back of the queue instead, unmarked, and the next
//   is looked at. So what is used at least once in the time in which the cache turns over is kept; but after
//   64 such entries in a row the next is dropped all the same, so that no insertion takes longer than some
//   microseconds.
//
// Not thread-safe: the owner locks.

#include "common/zeroed_array.hpp"

#include <cstddef>
#include <cstdint>

namespace buttond {

/// Key and Value are trivially copyable; all bits of Hash's result are uniform.
template <class Key, class Value, class Hash>
class second_chance_cache {
  using index = std::uint32_t;
  static constexpr index none = 0;
  static constexpr index first_buckets = 2;
  static constexpr index buckets_per_node = 2;
  static constexpr int most_second_chances = 64;

  struct node {
    Key key;
    Value value;
    index newer;
    index older;            // of a free node: the next free one
    index chain;            // the next in its bucket
    std::uint32_t is_used;  // found since it was put, or last given a second chance
  };

 public:
  /// All told: node and index.
  static constexpr std::size_t bytes_per_entry = sizeof(node) + buckets_per_node * sizeof(index);

  /// `capacity` is at least 1 and less than 2^31. Throws startup_error when there is no memory.
  explicit second_chance_cache(std::uint32_t capacity)
      : capacity_(capacity),
        nodes_(std::size_t{capacity} + 1),
        buckets_(first_buckets + std::size_t{buckets_per_node} * capacity) {}

  /// The value of `key`, which is used now; null when it is not here. Valid until the next put or erase.
  Value* find(const Key& key) noexcept {
    const index at = locate(key);
    if (at == none) return nullptr;
    if (nodes_[at].is_used == 0) nodes_[at].is_used = 1;  // what is only read stays in every core's cache
    return &nodes_[at].value;
  }

  /// Inserts or replaces. Returns whether another entry had to go for it.
  bool put(const Key& key, const Value& value) noexcept {
    if (Value* const here = find(key); here != nullptr) {
      *here = value;
      return false;
    }
    const bool full = size_ == capacity_;
    if (full) remove(oldest_unused());
    const index at = take_free();
    nodes_[at].key = key;
    nodes_[at].value = value;
    index& head = buckets_[bucket_of(key)];
    nodes_[at].chain = head;
    head = at;
    enqueue(at);
    ++size_;
    return full;
  }

  /// Returns whether it was here.
  bool erase(const Key& key) noexcept {
    const index at = locate(key);
    if (at == none) return false;
    remove(at);
    return true;
  }

  std::uint32_t size() const noexcept { return size_; }
  std::uint32_t capacity() const noexcept { return capacity_; }

  /// Memory in use, nodes and index. It does not shrink when entries go.
  std::size_t bytes() const noexcept {
    return (std::size_t{used_} + 1) * sizeof(node) + std::size_t{bucket_count_} * sizeof(index);
  }

 private:
  index bucket_of(const Key& key) const noexcept {
    const auto bucket = static_cast<index>(Hash{}(key)) & mask_;
    return bucket < bucket_count_ ? bucket : bucket & (mask_ >> 1);
  }

  index locate(const Key& key) const noexcept {
    index at = buckets_[bucket_of(key)];
    while (at != none && !(nodes_[at].key == key)) at = nodes_[at].chain;
    return at;
  }

  index take_free() noexcept {
    if (free_ != none) {
      const index at = free_;
      free_ = nodes_[at].older;
      return at;
    }
    for (index i = 0; i < buckets_per_node; ++i) split_bucket();
    return ++used_;
  }

  /// Adds one bucket, and moves to it what belongs there from the one bucket that held it so far.
  void split_bucket() noexcept {
    const index added = bucket_count_++;
    if (added > mask_) mask_ = mask_ * 2 + 1;
    index* link = &buckets_[added & (mask_ >> 1)];
    index* moved = &buckets_[added];
    while (*link != none) {
      const index at = *link;
      if (bucket_of(nodes_[at].key) == added) {
        *link = nodes_[at].chain;
        *moved = at;
        moved = &nodes_[at].chain;
        *moved = none;
      } else {
        link = &nodes_[at].chain;
      }
    }
  }

  void remove(index at) noexcept {
    index* link = &buckets_[bucket_of(nodes_[at].key)];
    while (*link != at) link = &nodes_[*link].chain;
    *link = nodes_[at].chain;
    unlink(at);
    nodes_[at].older = free_;
    free_ = at;
    --size_;
  }

  index oldest_unused() noexcept {
    for (int chances = 0; chances < most_second_chances; ++chances) {
      const index oldest = nodes_[none].newer;
      if (nodes_[oldest].is_used == 0) break;
      unlink(oldest);
      enqueue(oldest);
    }
    return nodes_[none].newer;
  }

  // The queue is a ring through the sentinel: the newest is the sentinel's `older`, the oldest its `newer`.
  void unlink(index at) noexcept {
    const node& gone = nodes_[at];
    nodes_[gone.newer].older = gone.older;
    nodes_[gone.older].newer = gone.newer;
  }

  void enqueue(index at) noexcept {
    const index newest = nodes_[none].older;
    nodes_[at].newer = none;
    nodes_[at].older = newest;
    nodes_[newest].newer = at;
    nodes_[none].older = at;
    nodes_[at].is_used = 0;
  }

  std::uint32_t capacity_;
  std::uint32_t size_ = 0;
  index used_ = 0;  // nodes ever used; those after it were never touched
  index free_ = none;
  index bucket_count_ = first_buckets;
  index mask_ = first_buckets - 1;  // the least 2^n - 1 that covers every bucket
  zeroed_array<node> nodes_;
  zeroed_array<index> buckets_;
};

}  // namespace buttond
