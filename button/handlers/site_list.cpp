#include "button/handlers/site_list.hpp"

#include "common/ascii.hpp"
#include "common/file.hpp"
#include "common/printable.hpp"
#include "common/shortened.hpp"
#include "common/site_name.hpp"
#include "common/url_key.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace buttond {
namespace {

std::string in_quotes(std::string_view host) {
  constexpr std::size_t most_shown = 100;
  return fmt::format("\"{}\"", printable(shortened(host, most_shown)));
}

std::string_view without_port(std::string_view site) noexcept {
  const auto colon = site.rfind(':');
  const bool is_port = colon != std::string_view::npos && site.find(']', colon) == std::string_view::npos;
  return is_port ? site.substr(0, colon) : site;
}

/// Calls `take(number, host)` for each line that has a host, until it returns false.
template <class Take>
void each_host(std::string_view text, Take take) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view host = trimmed<' ', '\t', '\r'>(line.substr(0, line.find('#')));
    if (!host.empty() && !take(number, host)) return;
  }
}

}  // namespace

boost::system::result<site_list, std::string> site_list::read(const std::vector<std::string>& hosts,
                                                              const std::filesystem::path& file,
                                                              const std::vector<std::string>& blocked) {
  site_list list;
  std::string wrong = add_named(hosts, "--site", list.hosts_);
  if (wrong.empty()) wrong = add_named(blocked, "--block", list.blocked_);
  if (wrong.empty()) wrong = add_of_file(file, list.hosts_);
  if (!wrong.empty()) return wrong;
  list.limited_ = !list.hosts_.empty() || !list.blocked_.empty();
  return list;
}

/// Adds the hosts that `flag` names; or says what is wrong.
std::string site_list::add_named(const std::vector<std::string>& hosts, std::string_view flag, domains& to) {
  for (const std::string& host : hosts) {
    auto site = normalized_site(host);
    if (!site)
      return fmt::format("{}: {} is not a host; write one as in \"example.com\"", flag, in_quotes(host));
    to.add(std::move(*site));
  }
  return {};
}

/// The same of those in a file, one a line.
std::string site_list::add_of_file(const std::filesystem::path& file, domains& to) {
  if (file.empty()) return {};
  const std::string name = file.string();
  const auto text = read_file(file, most_file_bytes + 1);
  if (!text)
    return fmt::format("--site-file: {} cannot be read: {}; name a file that this user may read", name,
                       text.error().message());
  if (text->size() > most_file_bytes)
    return fmt::format("--site-file: {} has over {} MiB; write a host a line", name, most_file_bytes >> 20);
  std::string wrong = fmt::format(
      "--site-file: {} names no host; write one a line, or leave --site-file out to count all", name);
  each_host(*text, [&](std::size_t number, std::string_view host) {
    auto site = normalized_site(host);
    if (!site) {
      wrong = fmt::format("{}:{}: {} is not a host; write one a line, as in \"example.com\"", name, number,
                          in_quotes(host));
      return false;
    }
    wrong.clear();
    to.add(std::move(*site));
    return true;
  });
  return wrong;
}

bool site_list::domains::have_site_of(std::string_view key) const noexcept {
  if (hosts_.empty()) return false;
  const std::string_view site = site_of(key);
  const std::string_view host = without_port(site);
  return have_domain_of(host) || (host.size() < site.size() && have_domain_of(site));
}

bool site_list::domains::have_domain_of(std::string_view site) const noexcept {
  for (;;) {
    if (hosts_.find(site) != hosts_.end()) return true;
    const auto dot = site.find('.');
    if (dot == std::string_view::npos) return false;
    site.remove_prefix(dot + 1);
  }
}

std::size_t site_list::domains::missing_in(const domains& other) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(hosts_, [&](const std::string& host) { return !other.hosts_.contains(host); }));
}

std::string site_list::why_unlisted(std::string_view key) const {
  if (blocked_.have_site_of(key)) return fmt::format("{} is blocked (--block)", site_of(key));
  return fmt::format("{} is not on the server's site list (--site, --site-file)", site_of(key));
}

}  // namespace buttond
