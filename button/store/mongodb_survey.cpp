#include "button/store/mongodb_survey.hpp"

#include "button/store/link_updates.hpp"
#include "button/store/mongodb_forget.hpp"
#include "button/store/mongodb_indexes.hpp"
#include "button/store/mongodb_keys.hpp"
#include "button/store/mongodb_writes.hpp"
#include "button/store/store_causes.hpp"
#include "button/store/survey_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace buttond {
namespace {

constexpr auto links = "links";
constexpr auto site_days = "site_days";
constexpr auto nodes = "nodes";
constexpr auto node_hours = "node_hours";

/// Of the days that one command drops: their ids go there and back.
constexpr std::int64_t days_in_command = 10'000;

tally read_counts(bson_view document) noexcept {
  return {document.number("impressions"), document.number("clicks"), document.number("shares")};
}

bson_document counts_and(const char* field) {
  return {{"_id", 0}, {field, 1}, {"impressions", 1}, {"clicks", 1}, {"shares", 1}};
}

bson_document between(wall_time first, wall_time last) {
  return {{"$gte", first}, {"$lte", last}};
}

bson_document hour_document(const counted_hour& hour) {
  const auto counts = total_of(hour);
  bson_document minutes;
  for (std::size_t i = 0; i < hour.minutes.size(); ++i)
    if (const auto& minute = hour.minutes[i])
      minutes.add(
          {fmt::format_int(i).str(), bson_array{minute->impressions, minute->clicks, minute->shares}});
  return {{"_id", fmt::format("{}|{}", hour.node, hour_text(hour.hour))},
          {"node", hour.node},
          {"hour", wall_time{hour.hour}},
          {"impressions", counts.impressions},
          {"clicks", counts.clicks},
          {"shares", counts.shares},
          {"minutes", minutes}};
}

std::optional<counted_hour> read_hour_document(bson_view document) {
  const auto hour = document.date("hour");
  if (!hour) return std::nullopt;
  counted_hour counted{.node = std::string{document.text("node")},
                       .hour = std::chrono::floor<std::chrono::hours>(*hour),
                       .minutes = {}};
  if (const auto minutes = document.inner("minutes")) {
    for (std::size_t i = 0; i < counted.minutes.size(); ++i)
      if (const auto minute = minutes->inner(fmt::format_int(i).c_str()))
        counted.minutes[i] = tally{minute->number("0"), minute->number("1"), minute->number("2")};
  }
  return counted;
}

/// Puts `document` in the place of the one with its _id.
bson_document replacement(const bson_document& document) {
  const auto id = bson_view{document}.text("_id");
  return {{"q", bson_document{{"_id", id}}}, {"u", document}, {"upsert", true}};
}

/// As the server takes it.
std::int64_t limit_of(std::size_t most) noexcept {
  return static_cast<std::int64_t>(std::min(most, std::size_t{1'000'000}));
}

}  // namespace

mongodb_survey::mongodb_survey(const std::string& uri, std::chrono::milliseconds patience)
    : uri_(uri), client_(uri, mongodb_patience{patience}) {}

mongodb_client& mongodb_survey::patient_client() {
  const std::lock_guard lock{mutex_};
  if (!patient_client_) patient_client_ = std::make_unique<mongodb_client>(uri_);
  return *patient_client_;
}

// Without them it works too, and slower. A server that says no is not asked again.
void mongodb_survey::index() {
  if (indexed_) return;
  std::string why;
  const auto made = make_survey_indexes(client_, why);
  indexed_ = made || !may_pass(cause_of(made.error()));
}

result<void> mongodb_survey::tell(const node_report& report, std::span<const counted_hour> hours) {
  if (!can_be_told(report)) return errc::store_refused;
  const auto told = bson_document::from_json(report.text);
  if (!told) return errc::store_refused;
  index();
  std::string why;
  const auto node = replacement({{"_id", report.node}, {"at", report.at}, {"report", *told}});
  if (const auto done = write_whole(client_, {{"update", nodes}, {"updates", bson_array{node}}}, why); !done)
    return done.error();
  bson_array updates;
  for (const auto& hour : hours) updates.add(replacement(hour_document(hour)));
  if (updates.empty()) return {};
  if (const auto done = write_whole(client_, {{"update", node_hours}, {"updates", updates}}, why); !done)
    return done.error();
  return {};
}

result<std::vector<node_report>> mongodb_survey::reports(wall_time since) {
  std::vector<node_report> all;
  std::string why;
  const auto read = client_.find(
      nodes, {{"at", bson_document{{"$gte", since}}}}, {}, mongodb_read::as_configured,
      [&](bson_view document) {
        const auto text = document.inner("report");
        const auto at = document.date("at");
        if (text && at) all.push_back({std::string{document.text("_id")}, *at, text->json()});
      },
      why);
  if (!read) return read.error();
  return all;
}

result<void> mongodb_survey::counted_hours(wall_hour first, wall_hour last,
                                           const std::function<void(const counted_hour&)>& visit) {
  std::string why;
  return client_.find(
      node_hours, {{"hour", between(first, last)}}, {}, mongodb_read::as_configured,
      [&](bson_view document) {
        if (const auto hour = read_hour_document(document)) visit(*hour);
      },
      why);
}

result<std::vector<hour_sum>> mongodb_survey::hour_sums(wall_hour first, wall_hour last) {
  std::vector<hour_sum> sums;
  std::string why;
  const auto sum = [](const char* path) { return bson_document{{"$sum", path}}; };
  const bson_document match{{"$match", bson_document{{"hour", between(first, last)}}}};
  const bson_document group{{"$group", bson_document{{"_id", "$hour"},
                                                     {"impressions", sum("$impressions")},
                                                     {"clicks", sum("$clicks")},
                                                     {"shares", sum("$shares")}}}};
  const auto read = client_.aggregate(
      node_hours, bson_array{match, group, bson_document{{"$sort", bson_document{{"_id", 1}}}}},
      mongodb_read::as_configured,
      [&](bson_view document) {
        const auto hour = document.date("_id");
        if (hour) sums.push_back({std::chrono::floor<std::chrono::hours>(*hour), read_counts(document)});
      },
      why);
  if (!read) return read.error();
  return sums;
}

result<void> mongodb_survey::sweep(wall_time now) {
  std::string why;
  const auto before = [](wall_time time) { return bson_document{{"$lt", time}}; };
  if (const auto gone = delete_all(client_, nodes, {{"at", before(now - node_report_kept)}}, why); !gone)
    return gone.error();
  const auto oldest = std::chrono::floor<std::chrono::hours>(now - counted_hour_kept);
  if (const auto gone = delete_all(client_, node_hours, {{"hour", before(oldest)}}, why); !gone)
    return gone.error();
  return {};
}

result<void> mongodb_survey::sites_on(
    std::chrono::sys_days day, std::size_t most,
    const std::function<void(std::string_view site, const tally& counts)>& visit) {
  if (most == 0) return {};
  std::string why;
  return client_.find(
      site_days, {{"day", wall_time{day}}},
      {{"projection", counts_and("site")},
       {"sort", bson_document{{"impressions", -1}}},
       {"limit", limit_of(most)},
       {"batchSize", limit_of(most)}},
      mongodb_read::as_configured,
      [&](bson_view document) {
        if (const auto site = document.text("site"); !site.empty()) visit(site, read_counts(document));
      },
      why);
}

result<std::optional<survey::day_range>> mongodb_survey::days() {
  std::optional<std::chrono::sys_days> ends[2];
  for (const int order : {1, -1}) {
    std::string why;
    const auto read = client_.find(
        site_days, {{"day", bson_document{{"$type", "date"}}}},
        {{"projection", bson_document{{"_id", 0}, {"day", 1}}},
         {"sort", bson_document{{"day", order}}},
         {"limit", 1}},
        mongodb_read::as_configured,
        [&](bson_view document) {
          if (const auto day = document.date("day")) ends[order < 0 ? 1 : 0] = utc_day(*day);
        },
        why);
    if (!read) return read.error();
  }
  if (!ends[0] || !ends[1]) return std::optional<day_range>{};
  return std::optional{day_range{*ends[0], *ends[1]}};
}

result<void> mongodb_survey::days_of(std::string_view site, std::chrono::sys_days first,
                                     std::chrono::sys_days last,
                                     const std::function<void(std::chrono::sys_days, const tally&)>& visit) {
  std::string why;
  return client_.find(
      site_days, {{"site", site}, {"day", between(first, last)}},
      {{"projection", counts_and("day")}, {"sort", bson_document{{"day", 1}}}}, mongodb_read::as_configured,
      [&](bson_view document) {
        if (const auto day = document.date("day")) visit(utc_day(*day), read_counts(document));
      },
      why);
}

result<std::vector<stored_link>> mongodb_survey::links_of(std::string_view site, std::size_t most) {
  std::vector<stored_link> all;
  if (most == 0) return all;
  auto which = is_of_site("_id", site);
  which.add({"moved_to", bson_document{{"$not", has_moved()}}});
  std::string why;
  const auto read = client_.find(
      links, which,
      {{"projection", counts_and_way()},
       {"sort", bson_document{{"impressions", -1}}},
       {"limit", limit_of(most)}},
      mongodb_read::as_configured, [&](bson_view document) { all.push_back(read_link(document)); }, why);
  if (!read) return read.error();
  return all;
}

result<std::vector<std::optional<tally>>> mongodb_survey::find(std::span<const std::string> keys) {
  std::string why;
  return moves_.find(keys, why);
}

result<std::int64_t> mongodb_survey::drop_days(std::chrono::sys_days first, std::int64_t most) {
  std::int64_t dropped = 0;
  auto& client = patient_client();
  while (dropped < most) {
    const auto some = std::min(most - dropped, days_in_command);
    std::vector<std::string> ids;
    std::string why;
    const auto read = client.find(
        site_days, {{"day", bson_document{{"$lt", wall_time{first}}}}},
        {{"projection", bson_document{{"_id", 1}}}, {"sort", bson_document{{"day", 1}}}, {"limit", some}},
        mongodb_read::newest, [&](bson_view document) { ids.emplace_back(document.text("_id")); }, why);
    if (!read) return read.error();
    if (ids.empty()) break;
    const auto gone = delete_all(client, site_days, {{"_id", bson_document{{"$in", ids}}}}, why);
    if (!gone) return gone.error();
    dropped += *gone;
    if (std::ssize(ids) < some) break;
  }
  return dropped;
}

result<forgotten> mongodb_survey::forget(std::string_view site) {
  std::string why;
  return forget_in_mongodb(patient_client(), site, why);
}

result<std::string> mongodb_survey::site_link_key(std::string_view proposed) {
  std::string why;
  return kept_key(client_, "site_links", proposed, why);
}

}  // namespace buttond
