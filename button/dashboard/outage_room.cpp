#include "button/dashboard/outage_room.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace buttond {
namespace {

constexpr std::chrono::hours hour_length{1};
constexpr std::size_t most_sampled = 1'024;
constexpr std::uint32_t bytes_beside_key = 28;  // of a link in a deltas file

}  // namespace

double outage_room::hour::bytes() const {
  double sum = 0;
  for (const auto& [fingerprint, bytes] : sample) sum += bytes;
  if (sample.size() < most_sampled) return sum;
  // So many of that part of all fingerprints which is below the last of them.
  const double part = std::ldexp(static_cast<double>(sample.rbegin()->first), -64);
  return sum / part;
}

outage_room::outage_room(const clock& time) : time_(time), begun_(time.monotonic()) {}

void outage_room::add(std::span<const link_delta> links) {
  const std::lock_guard lock(mutex_);
  const auto passed = time_.monotonic() - begun_;
  if (passed >= hour_length) {
    before_ = passed < 2 * hour_length ? std::optional(std::move(current_)) : std::nullopt;
    begun_ = passed < 2 * hour_length ? begun_ + hour_length : time_.monotonic();
    current_ = {};
  }
  auto& sample = current_.sample;
  for (const link_delta& each : links) {
    const std::uint64_t fingerprint = fingerprint_of_(each.key).high;
    if (sample.size() == most_sampled && fingerprint >= sample.rbegin()->first) continue;
    sample.try_emplace(fingerprint, bytes_beside_key + static_cast<std::uint32_t>(each.key.size()));
    if (sample.size() > most_sampled) sample.erase(std::prev(sample.end()));
  }
}

std::optional<double> outage_room::bytes_an_hour() const {
  const std::lock_guard lock(mutex_);
  const auto passed = time_.monotonic() - begun_;
  if (passed >= 2 * hour_length) return std::nullopt;
  double bytes = current_.bytes();
  if (passed < hour_length && before_) {
    bytes = std::max(bytes, before_->bytes());
  } else if (passed < hour_length) {
    constexpr std::chrono::minutes least{1};  // the first epochs say little of an hour
    bytes *=
        std::chrono::duration<double>(hour_length) / std::max<std::chrono::duration<double>>(passed, least);
  }
  if (bytes <= 0) return std::nullopt;
  return bytes;
}

}  // namespace buttond
