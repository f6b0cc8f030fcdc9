#include "button/dashboard/busy_links.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace buttond {
namespace {

// Of one add(): more than are asked for later, so that one that was passed over may still come.
constexpr std::size_t most_newcomers = 2'000;

/// What a string of that length takes outside itself, at most.
constexpr std::size_t bytes_of(std::string_view key) noexcept {
  return key.size() + 16;
}

}  // namespace

struct busy_links::newcomer {
  std::int64_t weight;
  const link_delta* delta;
  fingerprint link;
};

void busy_links::add(std::span<const link_delta> links) {
  ++turn_;
  for (const newcomer& each : heaviest_newcomers(links)) {
    if (links_.size() >= most_links || key_bytes_ + bytes_of(each.delta->key) > most_key_bytes) make_room();
    key_bytes_ += bytes_of(each.delta->key);
    links_.emplace(each.link, known_link{std::string(each.delta->key), each.delta->delta, turn_});
  }
}

/// Adds what is of known links, and returns the others, the heaviest first.
std::vector<busy_links::newcomer> busy_links::heaviest_newcomers(std::span<const link_delta> links) {
  const auto heavier = [](const newcomer& a, const newcomer& b) { return a.weight > b.weight; };
  std::vector<newcomer> heaviest;
  heaviest.reserve(std::min(links.size(), 2 * most_newcomers));
  std::int64_t least = std::numeric_limits<std::int64_t>::min();  // what must be outweighed
  for (const link_delta& each : links) {
    const fingerprint link = fingerprint_of_(each.key);
    if (const auto known = links_.find(link); known != links_.end()) {
      known->second.counts += each.delta;
      known->second.turn = turn_;
      continue;
    }
    const std::int64_t weight = weight_of(each.delta);
    if (weight <= least) continue;
    heaviest.push_back({weight, &each, link});
    if (heaviest.size() < 2 * most_newcomers) continue;
    std::nth_element(heaviest.begin(), heaviest.begin() + most_newcomers - 1, heaviest.end(), heavier);
    heaviest.resize(most_newcomers);
    least = heaviest.back().weight;
  }
  std::sort(heaviest.begin(), heaviest.end(), heavier);
  heaviest.resize(std::min(heaviest.size(), most_newcomers));
  return heaviest;
}

/// Forgets the lighter half, and of those that weigh the same the ones that did not come for longest: what
/// comes again and again is heavier the next time.
void busy_links::make_room() {
  struct rank {
    std::int64_t weight;
    std::uint64_t turn;
    std::size_t key_bytes;
    fingerprint link;
  };
  std::vector<rank> ranks;
  ranks.reserve(links_.size());
  for (const auto& [link, known] : links_)
    ranks.push_back({weight_of(known.counts), known.turn, bytes_of(known.key), link});
  std::sort(ranks.begin(), ranks.end(), [](const rank& a, const rank& b) {
    return std::tie(a.weight, a.turn) > std::tie(b.weight, b.turn);
  });
  std::size_t kept = 0;
  std::size_t kept_bytes = 0;
  while (kept < ranks.size() && kept < most_links / 2 &&
         kept_bytes + ranks[kept].key_bytes <= most_key_bytes / 2)
    kept_bytes += ranks[kept++].key_bytes;
  for (std::size_t i = kept; i < ranks.size(); ++i) links_.erase(ranks[i].link);
  key_bytes_ = kept_bytes;
}

std::vector<link_delta> busy_links::top(std::size_t most) const {
  std::vector<link_delta> all;
  all.reserve(links_.size());
  for (const auto& [link, known] : links_) all.push_back({known.key, known.counts});
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()));
  std::partial_sort(all.begin(), end, all.end(), [](const link_delta& a, const link_delta& b) {
    return weight_of(a.delta) > weight_of(b.delta);
  });
  all.erase(end, all.end());
  return all;
}

void busy_links::clear() noexcept {
  links_.clear();
  key_bytes_ = 0;
}

std::size_t busy_links::bytes() const noexcept {
  return links_.bucket_count() * (sizeof(decltype(links_)::value_type) + 2) + key_bytes_;
}

}  // namespace buttond
