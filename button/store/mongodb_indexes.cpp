#include "button/store/mongodb_indexes.hpp"

#include "button/store/batch_document.hpp"
#include "common/shortened.hpp"

#include <spdlog/spdlog.h>

#include <string>

namespace buttond {
namespace {

bson_document index_on(const char* collection, const bson_document& key, const char* name) {
  const bson_document index{{"key", key}, {"name", name}};
  return {{"createIndexes", collection}, {"indexes", bson_array{index}}};
}

}  // namespace

bool make_indexes(mongodb_client& client) {
  std::string refused;
  for (const auto& command : {index_on(batches_collection, waiting_index(), "waiting"),
                              index_on("site_days", {{"site", 1}, {"day", 1}}, "site_1_day_1"),
                              index_on("refused", {{"n", 1}}, "n_1")}) {
    std::string why;
    const auto made = client.write(command, why);
    if (made) continue;
    if (made.error() != errc::store_refused && made.error() != errc::store_forbidden) return false;
    refused = why;
  }
  if (!refused.empty())
    spdlog::warn("store {}: an index cannot be made, and folding is slower without it: {}", client.name(),
                 shortened(refused, 300));
  return true;
}

}  // namespace buttond
