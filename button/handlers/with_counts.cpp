#include "button/handlers/with_counts.hpp"

namespace buttond {

bool look_up(loop_context& context) {
  context.stale.clear();
  bool complete = true;
  const auto links = context.links.links();
  const auto shares = context.links.shares();
  for (std::size_t i = 0; i < links.size(); ++i) {
    const requested_link& link = links[i];
    if (link.key.empty()) continue;
    const cached_count found = context.shared.cache.find(link.fingerprint, context.now);
    if (found.state == freshness::missing) {
      complete = false;
      continue;
    }
    shares[i] = found.shares;
    if (found.state == freshness::stale) context.stale.push_back({link.fingerprint, link.key});
  }
  if (!context.stale.empty()) context.shared.loader.refresh(context.stale);
  return complete;
}

deferred_counts::deferred_counts(loop_context& context)
    : context_(context), shares_(context.links.shares().begin(), context.links.shares().end()) {
  const auto links = context.links.links();
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (!links[i].key.empty() && !shares_[i])
      missing_.push_back({i, links[i].fingerprint, std::string(links[i].key)});
  }
}

void deferred_counts::start(std::function<void()> wake) {
  std::vector<link_id> links;
  links.reserve(missing_.size());
  for (const missing_link& link : missing_) links.push_back({link.fingerprint, link.key});
  context_.shared.loader.load(links, std::move(wake));
}

std::chrono::milliseconds deferred_counts::patience() const noexcept {
  return context_.shared.settings.miss_wait;
}

void deferred_counts::finish(http::response& out) {
  const auto now = context_.shared.time.monotonic();
  for (const missing_link& link : missing_) {
    const cached_count found = context_.shared.cache.find(link.fingerprint, now);
    if (found.state != freshness::missing) shares_[link.index] = found.shares;
  }
  render(shares_, out);
}

}  // namespace buttond
