#pragma once
// The query parameters that say how a reader came to a page and not which page it is. They are no part of a
// link's key. No state: any thread.

#include <string_view>

namespace buttond {

/// Whether the parameter `name` (percent-decoded) only tracks. Upper and lower case are the same.
bool is_tracking_parameter(std::string_view name) noexcept;

}  // namespace buttond
