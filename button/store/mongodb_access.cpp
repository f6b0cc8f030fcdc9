#include "button/store/mongodb_access.hpp"

#include "button/store/batch_document.hpp"
#include "button/store/mongodb_errors.hpp"

#include <vector>

namespace buttond {
namespace {

/// What is written, by collection. No document of ours has an empty _id, and none may have an array.
std::vector<bson_document> harmless_writes() {
  const bson_document nobody{{"_id", ""}};
  const bson_document update{{"q", nobody}, {"u", bson_document{{"$set", bson_document{{"folded", 0}}}}}};
  const bson_document remove{{"q", nobody}, {"limit", 1}};
  const bson_document impossible{{"_id", bson_array{}}};
  std::vector<bson_document> writes;
  for (const char* collection : {"links", "site_days", "fold", batches_collection, "refused", "keys"})
    writes.push_back({{"insert", collection}, {"documents", bson_array{impossible}}});
  for (const char* collection : {"links", "site_days", "fold"})
    writes.push_back({{"update", collection}, {"updates", bson_array{update}}});
  for (const char* collection : {batches_collection, "refused"})
    writes.push_back({{"delete", collection}, {"deletes", bson_array{remove}}});
  return writes;
}

}  // namespace

result<void> try_writes(mongodb_client& client, std::string& why) {
  for (const auto& command : harmless_writes()) {
    const auto reply = client.write(command, why);
    if (!reply) return reply.error();
    for (const auto& error : write_errors(*reply)) {
      if (error.error == errc::store_refused) continue;  // the impossible document
      why = error.message;
      return error.error;
    }
  }
  return {};
}

}  // namespace buttond
