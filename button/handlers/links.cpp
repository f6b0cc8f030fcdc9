#include "button/handlers/links.hpp"

#include "button/handlers/loop_context.hpp"

#include <algorithm>

namespace buttond {

bool link_list::add(std::string_view url, const key_rules& rules, const fingerprinter& fingerprint_of) {
  if (size_ == max_links) return false;
  requested_link& link = links_[size_];
  shares_[size_] = std::nullopt;
  const auto key = make_key(url, rules, keys_[size_]);
  ++size_;
  if (key) {
    link = {{}, fingerprint_of(*key), *key};
  } else {
    link = {key.error(), {}, {}};
  }
  return true;
}

bool link_list::has_key() const noexcept {
  return std::any_of(links_.begin(), links_.begin() + static_cast<std::ptrdiff_t>(size_),
                     [](const requested_link& link) { return !link.key.empty(); });
}

void count_events(loop_context& context, const http::request& in, event_kind kind) {
  if (in.verb != http::method::get) return;
  request_filter filter = context.shared.filter.of_request(in, context.now, context.bots);
  for (const requested_link& link : context.links.links()) {
    if (link.key.empty()) continue;
    if (const auto reason = filter.of_link(link.key)) {
      context.counter.filter(kind, *reason);
    } else {
      context.counter.add(kind, link.fingerprint, link.key);
    }
  }
}

}  // namespace buttond
