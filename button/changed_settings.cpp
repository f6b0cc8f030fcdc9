#include "button/changed_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace buttond {
namespace {

using namespace std::string_view_literals;

constexpr std::array taken_while_running{"--api-token-file"sv, "--site"sv,  "--site-file"sv,
                                         "--block"sv,          "--place"sv, "--log-level"sv};

std::string shown(const setting& of) {
  return of.value.empty() ? "not set" : of.value;
}

}  // namespace

bool is_taken_while_running(std::string_view flag) noexcept {
  return std::ranges::find(taken_while_running, flag) != taken_while_running.end();
}

changed_settings compare(std::span<const setting> running, std::span<const setting> read) {
  changed_settings changes;
  for (std::size_t i = 0; i < std::min(running.size(), read.size()); ++i) {
    const setting& before = running[i];
    const setting& now = read[i];
    if (before.value == now.value) continue;
    if (is_taken_while_running(now.flag)) {
      changes.taken.push_back(
          fmt::format("{} is {} now, by {} ({} before)", now.flag, shown(now), now.from, shown(before)));
    } else {
      changes.too_early.push_back(
          fmt::format("{} is {} now, by {}: that needs a restart, and is {} until then", now.flag, shown(now),
                      now.from, shown(before)));
    }
  }
  return changes;
}

std::vector<std::string> compare(const site_policy& before, const site_policy& now) {
  std::vector<std::string> lines;
  const std::size_t added = now.sites.missing_in(before.sites);
  const std::size_t removed = before.sites.missing_in(now.sites);
  if (added + removed > 0) {
    const std::string size = now.sites.size() == 0 ? "is empty, so that all sites count"
                                                   : fmt::format("has {} hosts", now.sites.size());
    lines.push_back(fmt::format("the site list {}: {} added, {} removed", size, added, removed));
  }
  if (before.api_token != now.api_token) {
    lines.emplace_back(now.api_token.empty()      ? "there is no token of POST /v1/shares any more"
                       : before.api_token.empty() ? "POST /v1/shares takes a token now"
                                                  : "the token of POST /v1/shares is another one now");
  }
  return lines;
}

}  // namespace buttond
