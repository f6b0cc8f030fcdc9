#pragma once
// Addresses of our own that carry a shared page along. Thread-safe: no state.

#include "button/handlers/pages/url_template.hpp"

#include <string>
#include <string_view>

namespace buttond {

/// `path`, which has a query, with what is not empty in `page` as parameters.
std::string share_link(std::string_view path, const shared_page& page);

}  // namespace buttond
