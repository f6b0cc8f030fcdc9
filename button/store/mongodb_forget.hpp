#pragma once
// What the collections have of one site, taken away. No state.

#include "button/store/mongodb_client.hpp"
#include "button/store/survey.hpp"

#include <string>
#include <string_view>

namespace buttond {

/// As survey::forget: a portion of it.
result<forgotten> forget_in_mongodb(mongodb_client& client, std::string_view site, std::string& why);

/// The condition that `field` is the key of one of the site's links.
bson_document is_of_site(const char* field, std::string_view site);

}  // namespace buttond
