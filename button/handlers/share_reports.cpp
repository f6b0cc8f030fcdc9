#include "button/handlers/share_reports.hpp"

#include "common/error.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace buttond {
namespace {

/// The report in `value`, or what is wrong with it; a link without a key is counted in `refused`, too.
std::variant<share_report, std::string> read_report(const boost::json::value& value, const key_rules& rules,
                                                    refused_links& refused) {
  const auto* fields = value.if_object();
  if (!fields) return "a report is an object: {\"url\":\"..\",\"id\":\"..\",\"shares\":1}";
  const auto* url = fields->if_contains("url");
  if (!url || !url->is_string()) return "\"url\" must be the shared page's URL";
  const auto* id = fields->if_contains("id");
  if (!id || !id->is_string() || id->get_string().empty() || id->get_string().size() > max_share_id_bytes) {
    return "\"id\" must name the share in 1 to 128 bytes, so that a second report of it is not counted";
  }
  share_report report;
  report.id = id->get_string();
  if (const auto* shares = fields->if_contains("shares")) {
    const auto number = boost::json::try_value_to<std::int64_t>(*shares);
    if (!number || *number < 1 || *number > max_reported_shares)
      return "\"shares\" must be a whole number from 1 to 1000000000";
    report.shares = *number;
  }
  key_buffer buffer;
  const auto key = make_key(std::string_view(url->get_string()), rules, buffer);
  if (!key) {
    refused.count(key.error());
    return "\"url\": " + key.error().message();
  }
  report.key = *key;
  return report;
}

/// Whether one link has more of them than the store remembers: sent again, the first ones would count again.
bool too_many_of_a_link(const std::vector<share_report>& reports) {
  std::unordered_map<std::string_view, std::int64_t> of_link;
  return std::ranges::any_of(
      reports, [&](const share_report& report) { return ++of_link[report.key] > recent_shares_kept; });
}

}  // namespace

std::variant<std::vector<share_report>, refused_reports> read_share_reports(std::string_view body,
                                                                            const key_rules& rules) {
  error_code error;
  const boost::json::value value = boost::json::parse(body, error);
  if (error) return refused_reports{400, "bad_json", "the body is not JSON: " + error.message(), {}};
  const auto* array = value.if_array();
  const std::size_t size = array ? array->size() : 1;
  if (size == 0 || size > max_share_reports)
    return refused_reports{400, "bad_report", "send 1 to 1000 reports at a time", {}};
  refused_links refused;
  std::string first_wrong;
  std::vector<share_report> reports;
  reports.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    auto report = read_report(array ? (*array)[i] : value, rules, refused);
    if (const auto* wrong = std::get_if<std::string>(&report)) {
      if (first_wrong.empty()) first_wrong = fmt::format("report {}: {}; none was counted", i + 1, *wrong);
    } else {
      reports.push_back(std::get<share_report>(std::move(report)));
    }
  }
  if (!first_wrong.empty()) return refused_reports{400, "bad_report", std::move(first_wrong), refused};
  if (too_many_of_a_link(reports)) {
    return refused_reports{
        413,
        "too_many_reports",
        fmt::format("send at most {} reports of one link at a time, the next ones after the answer; none "
                    "was counted",
                    recent_shares_kept),
        {}};
  }
  return reports;
}

}  // namespace buttond
