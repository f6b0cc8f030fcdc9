#include "button/store/mongodb_keys.hpp"

#include "button/store/mongodb_errors.hpp"

#include <optional>

namespace buttond {
namespace {

constexpr auto collection = "keys";

}  // namespace

// Of nodes that find none at once, one inserts its own, and the others meet a duplicate key.
result<std::string> kept_key(mongodb_client& client, std::string_view name, std::string_view proposed,
                             std::string& why) {
  for (const bool insert : {false, true}) {
    if (insert) {
      const bson_document proposal{{"_id", name}, {"key", proposed}};
      const auto reply = client.write({{"insert", collection}, {"documents", bson_array{proposal}}}, why);
      if (!reply) return reply.error();
      for (const auto& error : write_errors(*reply)) {
        why = error.message;
        if (!error.duplicate) return error.error;
      }
    }
    std::optional<std::string> found;
    const auto read = client.find(
        collection, {{"_id", name}}, {{"maxTimeMS", 2'000}}, mongodb_read::linearizable,
        [&](bson_view document) { found.emplace(document.text("key")); }, why);
    if (!read) return read.error();
    if (found) return *found;
  }
  return errc::store_unavailable;  // somebody deletes it
}

}  // namespace buttond
