#pragma once
// A constexpr table of routes and the look-up in it. Knows nothing of what a handler is.

#include "button/http/request.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace buttond::http {

enum class match : unsigned char { exact, prefix };

template <class Handler>
struct route {
  std::string_view path;
  std::string_view name;  // as in buttond_requests_total{route}
  match how = match::exact;
  method verb = method::get;  // get: HEAD too
  Handler handler{};
};

/// Whether a route answers requests of this method.
template <class Handler>
constexpr bool takes(const route<Handler>& of, method verb) noexcept {
  return verb == of.verb || (verb == method::head && of.verb == method::get);
}

/// The index of the first route of `table` that serves `path`. Linear: a table is short, and its most
/// asked-for routes stand first.
template <class Handler>
constexpr std::optional<std::size_t> find_route(std::span<const route<Handler>> table,
                                                std::string_view path) noexcept {
  for (std::size_t i = 0; i < table.size(); ++i) {
    const route<Handler>& candidate = table[i];
    if (candidate.how == match::exact ? path == candidate.path : path.starts_with(candidate.path)) return i;
  }
  return std::nullopt;
}

/// `path` with repeated slashes folded into one. Returns `path` itself where there are none, else a view into
/// `folded`, which is used again from call to call.
inline std::string_view fold_slashes(std::string_view path, std::string& folded) {
  if (path.find("//") == std::string_view::npos) return path;
  folded.assign(path);
  folded.erase(std::unique(folded.begin(), folded.end(), [](char a, char b) { return a == '/' && b == '/'; }),
               folded.end());
  return folded;
}

}  // namespace buttond::http
