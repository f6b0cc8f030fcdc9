#pragma once
// Writes of which each document must be written. No state.

#include "button/store/bson_document.hpp"
#include "button/store/mongodb_client.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <string>

namespace buttond {

/// As mongodb_client::write; the first document that was not written is a failure too.
result<bson_document> write_whole(mongodb_client& client, const bson_document& command, std::string& why);

/// Deletes the documents that `which` selects, and returns how many.
result<std::int64_t> delete_all(mongodb_client& client, const char* collection, const bson_document& which,
                                std::string& why);

}  // namespace buttond
