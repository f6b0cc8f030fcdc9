#include "button/handlers/filter.hpp"

#include "common/ascii.hpp"
#include "common/error.hpp"
#include "common/url_key.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace buttond {
namespace {

/// Fetch Metadata (W3C): what the browser wants the answer for, and who asks.
bool is_embedded(const http::request& in) noexcept {
  const std::string_view wanted_for = in.sec_fetch_dest;
  if (wanted_for.empty() || wanted_for == "document") return false;
  return wanted_for != "empty" || in.sec_fetch_site != "same-origin";
}

/// The host as the sites of keys have it: lower case, punycode, no "www.".
std::string normalized_site(const std::string& host) {
  key_buffer buffer;
  const auto key = make_key(host, {.allow_private_hosts = true}, buffer);
  if (!key || site_of(*key) != *key)
    throw startup_error("--site: \"" + host + "\" is not a host; write one as in \"example.com\"");
  return std::string(*key);
}

std::string_view without_port(std::string_view site) noexcept {
  const auto colon = site.rfind(':');
  const bool is_port = colon != std::string_view::npos && site.find(']', colon) == std::string_view::npos;
  return is_port ? site.substr(0, colon) : site;
}

/// Whether `site` or a domain above it is among `sites`.
bool has_domain_of(const std::vector<std::string>& sites, std::string_view site) noexcept {
  for (;;) {
    if (std::binary_search(sites.begin(), sites.end(), site, std::less<>{})) return true;
    const auto dot = site.find('.');
    if (dot == std::string_view::npos) return false;
    site.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_prefetch(const http::request& in) noexcept {
  constexpr std::array<std::string_view, 3> words{"prefetch", "prerender", "preview"};
  const std::string_view purpose = in.sec_purpose;
  return !purpose.empty() && std::any_of(words.begin(), words.end(), [purpose](std::string_view word) {
    return contains_ignoring_case(purpose, word);
  });
}

impression_filter::impression_filter(const std::vector<std::string>& sites, rate_limiter* rate)
    : rate_(rate) {
  for (const auto& site : sites) sites_.push_back(normalized_site(site));
  std::sort(sites_.begin(), sites_.end());
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

bool impression_filter::counts(std::string_view key) const noexcept {
  if (sites_.empty()) return true;
  const std::string_view site = site_of(key);
  return has_domain_of(sites_, without_port(site)) || has_domain_of(sites_, site);
}

std::optional<filter_reason> request_filter::of_link(std::string_view key) noexcept {
  if (refused_) return refused_;
  if (!filter_.counts(key)) return filter_reason::site;
  if (accounts_ && filter_.rate_->take(*accounts_, 1, received_) == 0) return filter_reason::rate;
  return std::nullopt;
}

}  // namespace buttond
