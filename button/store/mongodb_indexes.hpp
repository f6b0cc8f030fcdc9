#pragma once
// The indexes of MongoDB's collections. What works with them works without, and slower. No state.

#include "button/store/mongodb_client.hpp"
#include "common/error.hpp"

#include <string>

namespace buttond {

/// Makes those that are missing, all that the server lets us make.
result<void> make_indexes(mongodb_client& client, std::string& why);

}  // namespace buttond
