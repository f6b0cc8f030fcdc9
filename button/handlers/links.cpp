#include "button/handlers/links.hpp"

#include "button/handlers/loop_context.hpp"

namespace buttond {

requested_link make_link(std::string_view url, const loop_context& loop, key_buffer& buffer) {
  const auto key = make_key(url, loop.shared.settings.rules, buffer);
  if (!key) return {key.error(), {}, {}};
  return {{}, loop.shared.fingerprint_of(*key), *key, loop.policy->sites.has_site_of(*key)};
}

bool link_list::add(std::string_view url, const loop_context& loop) {
  if (size_ == max_links) return false;
  links_[size_] = make_link(url, loop, keys_[size_]);
  ++size_;
  return true;
}

bool is_in_budget(loop_context& loop, const http::request& in, const requested_link& link) noexcept {
  link_budget* const budget = loop.shared.new_links;
  return budget == nullptr || loop.counter.has(link.fingerprint) ||
         budget->admits(link.fingerprint, link.key, in);
}

namespace {

[[gnu::cold]] void filter_event(loop_context& loop, const http::request& in, const requested_link& link,
                                event_kind kind, filter_reason reason) noexcept {
  loop.counter.filter(kind, reason);
  note_turned_away(loop, in, link, reason);
}

}  // namespace

void note_turned_away(loop_context& loop, const http::request& in, const requested_link& link,
                      filter_reason reason) noexcept {
  filtered_events& filtered = *loop.filtered;
  filtered.noted.note_host(in.received, site_of(link.key), reason);
  // Who asks not to be tracked may be a reader with a name of his own.
  if (reason == filter_reason::bot && !in.do_not_track)
    filtered.noted.note_agent(in.received, loop.shared.filter.bot_name_in(in.user_agent, filtered.bot));
}

void count_events(loop_context& loop, const http::request& in, link_span links, event_kind kind) {
  if (in.verb != http::method::get) return;
  const impression_filter& filters = loop.shared.filter;
  request_filter filter =
      kind == event_kind::click ? filters.of_navigation(in, loop.bots) : filters.of_request(in, loop.bots);
  for (const requested_link& link : links) {
    if (link.key.empty()) {
      loop.refused.count(link.error);
    } else if (const auto reason = filter.of_link(link.listed)) {
      filter_event(loop, in, link, kind, *reason);
    } else if (!is_in_budget(loop, in, link)) {
      filter_event(loop, in, link, kind, filter_reason::new_links);
    } else {
      loop.counter.add(kind, link.fingerprint, link.key);
    }
  }
}

bool counts_share(loop_context& loop, const http::request& in, const requested_link& link,
                  request_filter filter) {
  auto reason = filter.of_link(link.listed);
  if (!reason && !is_in_budget(loop, in, link)) reason = filter_reason::new_links;
  if (reason) note_turned_away(loop, in, link, *reason);
  return !reason;
}

void count_refused(loop_context& loop, const http::request& in, link_span links) {
  if (in.verb == http::method::head) return;
  for (const requested_link& link : links) {
    if (link.key.empty())
      loop.refused.count(link.error);
    else if (!link.listed)
      loop.refused.count(link_refusal::site);
  }
}

void count_refused(loop_context& loop, const http::request& in, link_refusal why, std::size_t links) {
  if (in.verb != http::method::head) loop.refused.count(why, links);
}

}  // namespace buttond
