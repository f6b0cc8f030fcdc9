#include "button/store/mongodb_forget.hpp"

#include "button/store/count_expressions.hpp"
#include "button/store/fold_sums.hpp"
#include "button/store/mongodb_writes.hpp"
#include "button/store/survey_texts.hpp"

#include <vector>

namespace buttond {
namespace {

constexpr std::int64_t most_links = 1'000;

/// How many ids are in an array that may be none.
bson_document ids_in(const char* path) {
  return {
      {"$size", bson_document{{"$cond", bson_array{bson_document{{"$isArray", path}}, path, bson_array{}}}}}};
}

/// Takes a portion of the links.
result<void> forget_links(mongodb_client& client, std::string_view site, forgotten& done, std::string& why) {
  std::vector<std::string> keys;
  std::int64_t ids = 0;
  const bson_document counted{
      {"ids", bson_document{{"$add", bson_array{ids_in("$recent"), ids_in("$recent_readers")}}}}};
  const auto read = client.aggregate(
      "links",
      bson_array{bson_document{{"$match", is_of_site("_id", site)}}, bson_document{{"$limit", most_links}},
                 bson_document{{"$project", counted}}},
      mongodb_read::newest,
      [&](bson_view link) {
        keys.emplace_back(link.text("_id"));
        ids += link.number("ids");
      },
      why);
  if (!read) return read.error();
  if (keys.empty()) return {};
  const auto gone = delete_all(client, "links", {{"_id", bson_document{{"$in", keys}}}}, why);
  if (!gone) return gone.error();
  done.links += *gone;
  done.share_ids += ids;
  done.more = std::ssize(keys) == most_links;
  return {};
}

/// A batch that was set aside stays, without what it has of the site: a later one of its node is known by it.
result<void> forget_refused(mongodb_client& client, std::string_view site, forgotten& done,
                            std::string& why) {
  const auto of_site = is_of_site("k", site);
  const bson_document in_batch{{"of", "batch"}, {"links", bson_document{{"$elemMatch", of_site}}}};
  const bson_document unwound{{"$match", is_of_site("links.k", site)}};
  const auto counted = client.aggregate(
      "refused",
      bson_array{bson_document{{"$match", in_batch}}, bson_document{{"$unwind", "$links"}}, unwound,
                 bson_document{{"$count", "n"}}},
      mongodb_read::newest, [&](bson_view sum) { done.refused += sum.number("n"); }, why);
  if (!counted) return counted.error();
  const bson_document pull{
      {"q", in_batch}, {"u", bson_document{{"$pull", bson_document{{"links", of_site}}}}}, {"multi", true}};
  if (const auto pulled = write_whole(client, {{"update", "refused"}, {"updates", bson_array{pull}}}, why);
      !pulled)
    return pulled.error();
  const bson_document of_sums{
      {"$in", bson_array{name_of(fold_target::links), name_of(fold_target::site_days)}}};
  const auto gone = delete_all(client, "refused",
                               {{"of", of_sums}, {"links", bson_document{{"$elemMatch", of_site}}}}, why);
  if (!gone) return gone.error();
  done.refused += *gone;
  return {};
}

}  // namespace

bson_document is_of_site(const char* field, std::string_view site) {
  bson_array any{bson_document{{field, site}}};
  for (const auto& [first, end] : keys_below(site))
    any.add(bson_document{{field, bson_document{{"$gte", first}, {"$lt", end}}}});
  return {{"$or", any}};
}

result<forgotten> forget_in_mongodb(mongodb_client& client, std::string_view site, std::string& why) {
  forgotten done;
  if (const auto gone = forget_links(client, site, done, why); !gone) return gone.error();
  if (done.more) return done;
  const auto days = delete_all(client, "site_days", {{"site", site}}, why);
  if (!days) return days.error();
  done.days = *days;
  if (const auto gone = forget_refused(client, site, done, why); !gone) return gone.error();
  return done;
}

}  // namespace buttond
