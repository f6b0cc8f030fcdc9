#pragma once
// The collection `keys`: secrets that all nodes of a database share. No state.

#include "button/store/mongodb_client.hpp"

#include <string>
#include <string_view>

namespace buttond {

/// The key that is called `name`, or `proposed`, which is from now on. Durable: whoever asks gets the same.
result<std::string> kept_key(mongodb_client& client, std::string_view name, std::string_view proposed,
                             std::string& why);

}  // namespace buttond
