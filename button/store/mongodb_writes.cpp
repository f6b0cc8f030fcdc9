#include "button/store/mongodb_writes.hpp"

#include "button/store/mongodb_errors.hpp"

namespace buttond {

result<bson_document> write_whole(mongodb_client& client, const bson_document& command, std::string& why) {
  auto reply = client.write(command, why);
  if (!reply) return reply;
  if (const auto errors = write_errors(*reply); !errors.empty()) {
    why = errors.front().message;
    return errors.front().error;
  }
  return reply;
}

result<std::int64_t> delete_all(mongodb_client& client, const char* collection, const bson_document& which,
                                std::string& why) {
  const bson_document all{{"q", which}, {"limit", 0}};
  const auto reply = write_whole(client, {{"delete", collection}, {"deletes", bson_array{all}}}, why);
  if (!reply) return reply.error();
  return bson_view{*reply}.number("n");
}

}  // namespace buttond
