#include "button/store/batch_document.hpp"

#include <fmt/format.h>

namespace buttond {

std::string batch_document_id(std::string_view node, std::int64_t number) {
  return fmt::format("{}|{}", node, number);
}

bson_array link_documents(std::span<const link_delta> links) {
  bson_array documents;
  for (const auto& [key, delta] : links) {
    documents.add(
        bson_document{{"k", key}, {"i", delta.impressions}, {"c", delta.clicks}, {"s", delta.shares}});
  }
  return documents;
}

bson_value day_value(const std::optional<std::chrono::sys_days>& day) {
  if (!day) return bson_null{};
  return wall_time{*day};
}

bson_document batch_document(const batch& b) {
  bson_document document{{"_id", batch_document_id(b.node, b.number)},
                         {"node", b.node},
                         {"number", b.number},
                         {"after", b.after.number},
                         {"day", day_value(b.day)},
                         {"at", b.closed_at},
                         {"sum", b.sum},
                         {"size", b.links.size()},
                         {"links", link_documents(b.links)}};
  if (!b.after.sum.empty()) document.add({"after_sum", b.after.sum});
  if (b.unread) document.add({"unread", true});
  return document;
}

waiting_batch read_waiting(bson_view document) {
  return {.node = std::string{document.text("node")},
          .number = document.number("number"),
          .after = {document.number("after"), std::string{document.text("after_sum")}},
          .sum = std::string{document.text("sum")},
          .at = document.date("at").value_or(wall_time{}),
          .size = document.number("size"),
          .unread = document.flag("unread")};
}

bson_document waiting_projection() {
  return {{"_id", 0}, {"node", 1}, {"number", 1}, {"after", 1}, {"after_sum", 1},
          {"sum", 1}, {"at", 1},   {"size", 1},   {"unread", 1}};
}

bson_document waiting_index() {
  return {{"node", 1}, {"number", 1}, {"after", 1}, {"after_sum", 1},
          {"sum", 1},  {"at", 1},     {"size", 1},  {"unread", 1}};
}

}  // namespace buttond
