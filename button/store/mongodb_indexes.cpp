#include "button/store/mongodb_indexes.hpp"

#include "button/store/batch_document.hpp"

#include <initializer_list>
#include <string>

namespace buttond {
namespace {

bson_document index_on(const char* collection, const bson_document& key, const char* name) {
  const bson_document index{{"key", key}, {"name", name}};
  return {{"createIndexes", collection}, {"indexes", bson_array{index}}};
}

result<void> make(mongodb_client& client, std::initializer_list<bson_document> indexes, std::string& why) {
  result<void> all;
  for (const auto& command : indexes)
    if (const auto made = client.write(command, why); !made) all = made.error();
  return all;
}

}  // namespace

result<void> make_indexes(mongodb_client& client, std::string& why) {
  return make(client,
              {index_on(batches_collection, waiting_index(), "waiting"),
               index_on("site_days", {{"site", 1}, {"day", 1}}, "site_1_day_1"),
               index_on("refused", {{"n", 1}}, "n_1")},
              why);
}

result<void> make_survey_indexes(mongodb_client& client, std::string& why) {
  return make(client,
              {index_on("site_days", {{"day", 1}}, "day_1"), index_on("nodes", {{"at", 1}}, "at_1"),
               index_on("node_hours", {{"hour", 1}}, "hour_1")},
              why);
}

}  // namespace buttond
