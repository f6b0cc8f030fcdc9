#include "button/dashboard/recent_links.hpp"

#include "button/dashboard/busy_links.hpp"
#include "common/fingerprint.hpp"
#include "common/url_key.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace buttond {
namespace {

using wall_minute = std::chrono::sys_time<std::chrono::minutes>;

constexpr std::chrono::minutes kept{60};
constexpr std::size_t most_links_of_minute = 1'000;

// Of the minutes that are over. With the one under way (busy_links, below 1 MB) it is less than 4 MB.
constexpr std::size_t most_closed_bytes = 2'900'000;

/// A number below 2^64 in as few bytes as it needs, seven bits each, the lowest first.
void append_number(std::string& to, std::uint64_t number) {
  constexpr std::uint64_t low_bits = 0x7f;
  for (; number > low_bits; number >>= 7) to.push_back(static_cast<char>(number | (low_bits + 1)));
  to.push_back(static_cast<char>(number));
}

std::uint64_t take_number(std::string_view& from) {
  constexpr unsigned char low_bits = 0x7f;
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & low_bits) << shift;
    if (byte <= low_bits) return number;
  }
}

/// The links of a minute that is over, the heaviest first, in little more than the bytes of their keys.
class packed_links {
 public:
  explicit packed_links(std::span<const link_delta> links) {
    for (const link_delta& each : links) {
      append_number(bytes_, each.key.size());
      bytes_.append(each.key);
      append_number(bytes_, static_cast<std::uint64_t>(each.delta.impressions));
      append_number(bytes_, static_cast<std::uint64_t>(each.delta.clicks));
      append_number(bytes_, static_cast<std::uint64_t>(each.delta.shares));
    }
    bytes_.shrink_to_fit();
  }

  template <class Visit>
  void for_each(Visit visit) const {
    for (std::string_view rest = bytes_; !rest.empty();) {
      const auto [key, counts] = take_link(rest);
      visit(key, counts);
    }
  }

  bool has(std::string_view key) const {
    for (std::string_view rest = bytes_; !rest.empty();) {
      if (take_link(rest).key == key) return true;
    }
    return false;
  }

  /// Gives up the lightest links, a part of all.
  void shrink() {
    const std::size_t most = bytes_.size() / 8 * 7;
    std::size_t end = 0;
    for (std::string_view rest = bytes_; !rest.empty();) {
      take_link(rest);
      if (bytes_.size() - rest.size() > most) break;
      end = bytes_.size() - rest.size();
    }
    bytes_ = bytes_.substr(0, end);
    bytes_.shrink_to_fit();
  }

  std::size_t bytes() const noexcept { return bytes_.capacity(); }

 private:
  static link_delta take_link(std::string_view& from) {
    const std::size_t size = take_number(from);
    const std::string_view key = from.substr(0, size);
    from.remove_prefix(size);
    tally counts;
    for (auto* const number : {&counts.impressions, &counts.clicks, &counts.shares})
      *number = static_cast<std::int64_t>(take_number(from));
    return {key, counts};
  }

  std::string bytes_;
};

}  // namespace

struct recent_links::impl {
  explicit impl(const clock& clock) : time(clock), open(now()) {}

  wall_minute now() const { return std::chrono::floor<std::chrono::minutes>(time.wall()); }
  void go_to(wall_minute minute);
  void close();
  std::size_t closed_bytes() const;

  const clock& time;
  const fingerprinter fingerprint_of;
  mutable std::mutex mutex;  // of all below
  wall_minute open;
  busy_links links;  // of the minute `open`
  std::map<wall_minute, packed_links> closed;
};

/// From the minute that was open to this one, whatever the clock did.
void recent_links::impl::go_to(wall_minute minute) {
  // Set back a little, as NTP does: it is still the same minute.
  if (minute == open || minute + std::chrono::minutes(1) == open) return;
  close();
  open = minute;
  closed.erase(closed.begin(), closed.lower_bound(minute - kept));
  closed.erase(closed.lower_bound(minute), closed.end());  // those that are yet to come
}

void recent_links::impl::close() {
  const auto top = links.top(most_links_of_minute);
  if (!top.empty()) closed.insert_or_assign(open, packed_links(top));
  links.clear();
  while (closed_bytes() > most_closed_bytes) {
    std::max_element(closed.begin(), closed.end(), [](const auto& a, const auto& b) {
      return a.second.bytes() < b.second.bytes();
    })->second.shrink();
  }
}

std::size_t recent_links::impl::closed_bytes() const {
  constexpr std::size_t bytes_of_node = 96;
  std::size_t sum = 0;
  for (const auto& [minute, packed] : closed) sum += packed.bytes() + bytes_of_node;
  return sum;
}

recent_links::recent_links(const clock& time) : impl_(std::make_unique<impl>(time)) {}

recent_links::~recent_links() = default;

void recent_links::add(std::span<const link_delta> links) {
  const std::lock_guard lock(impl_->mutex);
  impl_->go_to(impl_->now());
  impl_->links.add(links);
}

std::vector<recent_link> recent_links::top(std::chrono::minutes minutes, std::size_t most,
                                           std::string_view site) const {
  boost::unordered_flat_map<fingerprint, link_delta, fingerprint_hash> sums;
  const auto add = [&](std::string_view key, const tally& counts) {
    if (!site.empty() && site_of(key) != site) return;
    link_delta& sum = sums[impl_->fingerprint_of(key)];
    sum.key = key;
    sum.delta += counts;
  };
  const std::lock_guard lock(impl_->mutex);
  const auto now = impl_->now();
  const auto first = now - std::min(minutes, kept);
  for (auto at = impl_->closed.lower_bound(first); at != impl_->closed.end() && at->first <= now; ++at)
    at->second.for_each(add);
  if (impl_->open >= first && impl_->open <= now + std::chrono::minutes(1)) impl_->links.for_each(add);

  std::vector<link_delta> all;
  all.reserve(sums.size());
  for (const auto& [link, sum] : sums) all.push_back(sum);
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()));
  std::partial_sort(all.begin(), end, all.end(), [](const link_delta& a, const link_delta& b) {
    const auto weights = std::pair(weight_of(a.delta), weight_of(b.delta));
    return weights.first != weights.second ? weights.first > weights.second : a.key < b.key;
  });
  std::vector<recent_link> busiest;
  for (auto at = all.begin(); at != end; ++at) busiest.push_back({std::string(at->key), at->delta});
  return busiest;
}

std::optional<wall_time> recent_links::last_seen(std::string_view key) const {
  const std::lock_guard lock(impl_->mutex);
  const auto first = impl_->now() - kept;
  if (impl_->open >= first && impl_->links.has(key)) return impl_->open;
  for (auto at = impl_->closed.rbegin(); at != impl_->closed.rend() && at->first >= first; ++at)
    if (at->second.has(key)) return at->first;
  return std::nullopt;
}

std::size_t recent_links::bytes() const {
  const std::lock_guard lock(impl_->mutex);
  return sizeof(impl) + impl_->links.bytes() + impl_->closed_bytes();
}

}  // namespace buttond
