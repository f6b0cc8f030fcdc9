#include "button/handlers/with_counts.hpp"

namespace buttond {

found_counts look_up(loop_context& loop, monotonic_time received, link_span links) {
  const auto shares = std::span(loop.scratch.shares).first(links.size());
  std::vector<link_id>& stale = loop.scratch.stale;
  stale.clear();
  bool complete = true;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const requested_link& link = links[i];
    shares[i] = std::nullopt;
    if (!link.listed) continue;
    const cached_count found = loop.shared.cache.find(link.fingerprint, received);
    if (found.state == freshness::missing) {
      complete = false;
      continue;
    }
    shares[i] = found.shares;
    if (found.state == freshness::stale) stale.push_back({link.fingerprint, link.key});
  }
  if (!stale.empty()) loop.shared.loader.refresh(stale);
  return {shares, complete};
}

deferred_counts::deferred_counts(const services& shared, monotonic_time received, link_span links,
                                 std::span<const share_count> found, renderer render)
    : shared_(shared), received_(received), shares_(found.begin(), found.end()), render_(std::move(render)) {
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (links[i].listed && !shares_[i])
      missing_.push_back({i, links[i].fingerprint, std::string(links[i].key)});
  }
}

void deferred_counts::start(std::function<void()> wake) {
  std::vector<link_id> links;
  links.reserve(missing_.size());
  for (const missing_link& link : missing_) links.push_back({link.fingerprint, link.key});
  shared_.loader.load(links, std::move(wake));
}

std::chrono::milliseconds deferred_counts::patience() const noexcept {
  return shared_.settings.miss_wait;
}

void deferred_counts::finish(http::response& out) {
  // As of the request: what was loaded for it is not stale yet.
  for (const missing_link& link : missing_) {
    const cached_count found = shared_.cache.find(link.fingerprint, received_);
    if (found.state != freshness::missing) shares_[link.index] = found.shares;
  }
  render_(shares_, out);
}

}  // namespace buttond
