#pragma once
// Which function a JSONP answer may call. A page that trusts our scripts, by its Content-Security-Policy,
// must not be made to call anything else by them (the "same origin method execution" of an address that
// somebody slips into it). No state: any thread.

#include <cstddef>
#include <string_view>

namespace buttond {

inline constexpr std::size_t max_callback = 128;

/// Identifiers joined by dots, "angular.callbacks._0": at most max_callback bytes, beginning with nothing
/// that every page has, such as `document` or `alert`, and leading to no method of an element.
bool is_callback_name(std::string_view name) noexcept;

}  // namespace buttond
