#include "button/handlers/filter.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>

namespace buttond {
namespace {

/// Fetch Metadata (W3C): what the browser wants the answer for, and who asks.
bool is_embedded(const http::request& in) noexcept {
  const std::string_view wanted_for = in.sec_fetch_dest;
  if (wanted_for.empty() || wanted_for == "document") return false;
  return wanted_for != "empty" || in.sec_fetch_site != "same-origin";
}

}  // namespace

bool is_prefetch(const http::request& in) noexcept {
  constexpr std::array<std::string_view, 3> words{"prefetch", "prerender", "preview"};
  const std::string_view purpose = in.sec_purpose;
  return !purpose.empty() && std::any_of(words.begin(), words.end(), [purpose](std::string_view word) {
    return contains_ignoring_case(purpose, word);
  });
}

request_filter impression_filter::of_request(const http::request& in, bot_memo& known) const noexcept {
  request_filter filter(*this, in.received);
  if (is_prefetch(in))
    filter.refused_ = filter_reason::prefetch;
  else if (in.do_not_track ? bots_.is_bot(in.user_agent) : known.is_bot(in.user_agent, bots_))
    filter.refused_ = filter_reason::bot;
  else if (rate_ != nullptr)
    filter.accounts_ = rate_->of_reader(in.client, in.do_not_track);
  return filter;
}

request_filter impression_filter::of_navigation(const http::request& in, bot_memo& known) const noexcept {
  request_filter filter = of_request(in, known);
  if (!filter.refused_ && is_embedded(in)) filter.refused_ = filter_reason::embedded;
  return filter;
}

request_filter impression_filter::of_script(const http::request& in, bot_memo& known) const noexcept {
  request_filter filter = of_request(in, known);
  const std::string_view wanted_for = in.sec_fetch_dest;
  if (!filter.refused_ && !wanted_for.empty() && wanted_for != "empty")
    filter.refused_ = filter_reason::embedded;
  return filter;
}

std::optional<filter_reason> request_filter::of_link(bool listed) noexcept {
  if (refused_) return refused_;
  if (!listed) return filter_reason::site;
  if (accounts_ && filter_.rate_->take(*accounts_, 1, received_) == 0) return filter_reason::rate;
  return std::nullopt;
}

}  // namespace buttond
