#include "assets/assets.hpp"

#include "assets/preferences.hpp"
#include "common/ascii.hpp"
#include "common/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace buttond {
namespace {

template <class T>
const T& find_named(std::span<const T> all, std::string_view name) {
  const auto at = std::ranges::lower_bound(all, name, {}, &T::name);
  if (at == all.end() || at->name != name) {
    throw startup_error(fmt::format("this build has no asset {}: build again from a complete source", name));
  }
  return *at;
}

const asset* find_at(std::span<const asset> all, std::string_view path) noexcept {
  const auto at = std::ranges::lower_bound(all, path, {}, &asset::path);
  return at != all.end() && at->path == path ? &*at : nullptr;
}

/// How much each content-coding is wanted, in thousandths; -1 where nothing was said.
struct preferences {
  int brotli = -1;
  int gzip = -1;
  int identity = -1;
  int any = -1;
};

preferences read_preferences(std::string_view field) noexcept {
  preferences wanted;
  while (!field.empty()) {
    const auto [coding, weight] = next_preference(field);
    if (equals_ignoring_case(coding, "br")) wanted.brotli = weight;
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) wanted.gzip = weight;
    if (equals_ignoring_case(coding, "identity")) wanted.identity = weight;
    if (coding == "*") wanted.any = weight;
  }
  return wanted;
}

}  // namespace

const asset* find_asset(std::string_view path) noexcept {
  return find_at(assets(), path);
}

const asset* find_dashboard_asset(std::string_view path) noexcept {
  return find_at(dashboard_assets(), path);
}

const asset_address& address_of(std::string_view name) {
  return find_named(asset_addresses(), name);
}

const asset_text& text_of(std::string_view name) {
  return find_named(asset_texts(), name);
}

const asset_form& choose_form(const asset& wanted, std::string_view accept_encoding) noexcept {
  if (accept_encoding.empty()) return wanted.plain;
  const preferences asked = read_preferences(accept_encoding);
  const auto weight = [&](int said, int otherwise) {
    return said >= 0 ? said : asked.any >= 0 ? asked.any : otherwise;
  };
  struct choice {
    const asset_form* form;
    int weight;
  };
  // A plain answer is always acceptable, unless it was refused; it never beats a coding that was asked for.
  const std::array choices{choice{&wanted.brotli, weight(asked.brotli, 0)},
                           choice{&wanted.gzip, weight(asked.gzip, 0)},
                           choice{&wanted.plain, asked.identity >= 0 ? asked.identity : 1}};
  const choice* best = &choices.back();
  for (const choice& candidate : choices) {
    if (candidate.form->body.empty() || candidate.weight <= 0) continue;
    if (best->weight <= 0 || candidate.weight > best->weight ||
        (candidate.weight == best->weight && candidate.form->body.size() < best->form->body.size())) {
      best = &candidate;
    }
  }
  return *best->form;
}

bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept {
  while (!if_none_match.empty()) {
    auto element = next_element(if_none_match);
    if (element == "*") return true;
    if (element.starts_with("W/")) element.remove_prefix(2);
    if (element == etag) return true;
  }
  return false;
}

}  // namespace buttond
