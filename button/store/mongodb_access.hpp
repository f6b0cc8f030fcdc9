#pragma once
// Whether the user of a MongoDB may write all that buttond writes, and the database takes it now. No state.

#include "button/store/mongodb_client.hpp"
#include "common/error.hpp"

#include <string>

namespace buttond {

/// Tries every kind of write on each collection that we write, so that nothing is changed or made: of
/// documents that are not there, or that no server takes.
result<void> try_writes(mongodb_client& client, std::string& why);

}  // namespace buttond
