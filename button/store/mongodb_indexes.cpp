#include "button/store/mongodb_indexes.hpp"

#include "button/store/batch_document.hpp"

#include <spdlog/spdlog.h>

#include <string>

namespace buttond {
namespace {

bson_document index(const bson_document& key, const char* name, bool sparse) {
  return {{"key", key}, {"name", name}, {"sparse", sparse}};
}

bson_document indexes_on(const char* collection, const bson_array& indexes) {
  return {{"createIndexes", collection}, {"indexes", indexes}};
}

}  // namespace

bson_document repair_index() {
  return {{"repair", 1}};
}

bool make_indexes(mongodb_client& client) {
  const auto repair = index(repair_index(), "repair_1", true);
  const auto by_site = index({{"site", 1}, {"day", 1}}, "site_1_day_1", false);
  const auto by_fold = index({{"n", 1}}, "n_1", false);
  const auto waiting = index(waiting_index(), "waiting", false);
  for (const auto& command :
       {indexes_on(batches_collection, bson_array{waiting}),
        indexes_on("site_days", bson_array{by_site, repair}), indexes_on("links", bson_array{repair}),
        indexes_on("refused", bson_array{by_fold})}) {
    std::string why;
    const auto made = client.write(command, why);
    if (made) continue;
    if (made.error() != errc::store_refused) return false;
    spdlog::warn("store {}: an index cannot be made, and folding is slower without it: {}", client.name(),
                 why);
  }
  return true;
}

}  // namespace buttond
