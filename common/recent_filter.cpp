#include "common/recent_filter.hpp"

namespace buttond {
namespace {

struct place {
  std::size_t word;
  std::uint64_t bit;
};

/// Two for each: the fingerprint's halves are independent and uniform.
std::array<place, 2> places_of(const fingerprint& what, std::size_t bits) noexcept {
  const auto at = [bits](std::uint64_t hash) {
    const std::uint64_t bit = hash & (bits - 1);
    return place{static_cast<std::size_t>(bit / 64), std::uint64_t{1} << (bit % 64)};
  };
  return {at(what.low), at(what.high >> 16)};  // the count cache and the sheets choose by other bits
}

}  // namespace

recent_filter::recent_filter(std::chrono::seconds span) : span_(span) {}

bool recent_filter::generation::contains(const fingerprint& what) const noexcept {
  for (const place& each : places_of(what, bits))
    if ((words[each.word].load(std::memory_order_relaxed) & each.bit) == 0) return false;
  return true;
}

/// That of `number`, emptied where it is an old one's.
recent_filter::generation& recent_filter::current(std::int64_t number) noexcept {
  generation& its = generations_[static_cast<std::size_t>(number & 1)];
  std::int64_t before = its.number.load(std::memory_order_relaxed);
  if (before < number && its.number.compare_exchange_strong(before, number, std::memory_order_relaxed))
    for (auto& word : its.words) word.store(0, std::memory_order_relaxed);
  return its;
}

bool recent_filter::contains(const fingerprint& what, monotonic_time now) noexcept {
  const std::int64_t number = number_at(now);
  if (current(number).contains(what)) return true;
  const generation& older = generations_[static_cast<std::size_t>((number - 1) & 1)];
  return older.number.load(std::memory_order_relaxed) == number - 1 && older.contains(what);
}

void recent_filter::add(const fingerprint& what, monotonic_time now) noexcept {
  generation& its = current(number_at(now));
  for (const place& each : places_of(what, bits))
    its.words[each.word].fetch_or(each.bit, std::memory_order_relaxed);
}

}  // namespace buttond
