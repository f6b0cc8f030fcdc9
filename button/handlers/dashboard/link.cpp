#include "button/handlers/dashboard/link.hpp"

#include "button/handlers/dashboard/fleet.hpp"
#include "common/shortened.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utf8.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace buttond {
namespace {

namespace json = boost::json;

constexpr std::size_t most_shown_bytes = 800;
constexpr std::chrono::days looked_back{30};

/// `text`, of any bytes, as JSON may hold it.
std::string shown(std::string_view text, std::size_t most) {
  return shortened(utf8::replace_invalid(text), most);
}

json::object last_counted(wall_time at, std::string_view precision, std::string_view of) {
  return {{"at", utc_text(at)}, {"precision", precision}, {"of", of}};
}

/// The last minute in which a node counted the link, as far as they remember.
std::optional<wall_time> last_minute(const std::string& key, const dashboard_parts& parts,
                                     std::span<const node_report> said) {
  std::optional<wall_time> last = parts.recent.last_seen(key);
  for (const node_report& each : said) {
    const auto node = read_report(each);
    if (!node || !std::ranges::count(node->top, key, &recent_link::key)) continue;
    const wall_time minute = std::chrono::floor<std::chrono::minutes>(each.at) - std::chrono::minutes(1);
    if (!last || minute > *last) last = minute;
  }
  return last;
}

/// The last day on which anything of the link's site was counted.
result<std::optional<wall_time>> last_day(const std::string& key, const dashboard_parts& parts) {
  const auto today = utc_day(parts.time.wall());
  std::optional<wall_time> last;
  const auto done = parts.store.days_of(site_of(key), today - looked_back, today,
                                        [&](std::chrono::sys_days day, const tally&) { last = day; });
  if (!done) return done.error();
  return last;
}

/// What needs no store; the key where there is one.
std::optional<std::string> explain_into(json::object& answer, const std::string& url,
                                        const dashboard_parts& parts, const site_policy& policy) {
  const key_explanation explained = explain_key(url, parts.rules);
  json::array steps;
  for (const key_step& step : explained.steps)
    steps.emplace_back(shown(step.rule, most_shown_bytes) + ": " + shown(step.url, most_shown_bytes));
  answer["url"] = shown(url, max_url_bytes);
  answer["key"] = nullptr;
  answer["steps"] = std::move(steps);
  answer["why"] = nullptr;
  answer["listed"] = false;
  answer["why_unlisted"] = nullptr;
  answer["counts"] = nullptr;
  answer["known"] = false;
  answer["state"] = name_of(store_answer::ok);
  answer["last_counted"] = nullptr;
  if (!explained.key) {
    answer["why"] = explained.key.error().message();
    return std::nullopt;
  }
  answer["key"] = *explained.key;
  const bool listed = policy.sites.has_site_of(*explained.key);
  answer["listed"] = listed;
  if (!listed) answer["why_unlisted"] = policy.sites.why_unlisted(*explained.key);
  return *explained.key;
}

}  // namespace

desk_answer link_json(const std::string& url, const dashboard_parts& parts, fleet_source& fleet,
                      const site_policy& policy) {
  json::object answer;
  const auto key = explain_into(answer, url, parts, policy);
  if (!key) return json_answer(answer);
  const auto found = parts.store.find({&*key, 1});
  if (found && found->front()) {
    answer["known"] = true;
    answer["counts"] = to_json(*found->front());
  }
  if (!found) answer["state"] = name_of(answer_of(found.error()));
  const auto said = found ? fleet.reports_at_length().said : std::vector<node_report>();
  if (const auto minute = last_minute(*key, parts, said)) {
    answer["last_counted"] = last_counted(*minute, "minute", "link");
  } else if (found && found->front()) {
    const auto day = last_day(*key, parts);
    if (!day)
      answer["state"] = name_of(answer_of(day.error()));
    else if (*day)
      answer["last_counted"] = last_counted(**day, "day", "site");
  }
  return json_answer(answer);
}

desk_answer link_json_without_store(const std::string& url, const dashboard_parts& parts,
                                    const site_policy& policy) {
  json::object answer;
  if (const auto key = explain_into(answer, url, parts, policy)) {
    answer["state"] = name_of(store_answer::slow);
    if (const auto minute = last_minute(*key, parts, {}))
      answer["last_counted"] = last_counted(*minute, "minute", "link");
  }
  return json_answer(answer);
}

}  // namespace buttond
