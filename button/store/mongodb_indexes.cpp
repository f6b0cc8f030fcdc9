#include "button/store/mongodb_indexes.hpp"

#include "button/store/batch_document.hpp"

#include <string>

namespace buttond {
namespace {

bson_document index_on(const char* collection, const bson_document& key, const char* name) {
  const bson_document index{{"key", key}, {"name", name}};
  return {{"createIndexes", collection}, {"indexes", bson_array{index}}};
}

}  // namespace

result<void> make_indexes(mongodb_client& client, std::string& why) {
  result<void> all;
  for (const auto& command : {index_on(batches_collection, waiting_index(), "waiting"),
                              index_on("site_days", {{"site", 1}, {"day", 1}}, "site_1_day_1"),
                              index_on("refused", {{"n", 1}}, "n_1")})
    if (const auto made = client.write(command, why); !made) all = made.error();
  return all;
}

}  // namespace buttond
