#pragma once
// The indexes of MongoDB's collections. What works with them works without, and slower. No state.

#include "button/store/mongodb_client.hpp"

namespace buttond {

/// Makes those that are missing. False: the server could not be asked; one that says no is logged.
bool make_indexes(mongodb_client& client);

}  // namespace buttond
