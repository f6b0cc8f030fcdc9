// Any bytes as the body of POST /v1/shares: what is taken keeps to the limits, is of links that have a key,
// and reported again is the same; what is not taken is answered with a reason.

#include "button/handlers/share_reports.hpp"
#include "tests/fuzz/require.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {
namespace {

void check_report(const share_report& report, const key_rules& rules) {
  require(!report.id.empty() && report.id.size() <= max_share_id_bytes, "an id has 1 to 128 bytes");
  require(report.shares >= 1 && report.shares <= max_reported_shares, "shares are 1 to 1000000000");
  key_buffer buffer;
  const auto key = make_key(report.key, rules, buffer);
  require(key.has_value() && *key == report.key, "a report is of a link by its key");
}

std::string as_body(const std::vector<share_report>& reports) {
  boost::json::array body;
  for (const auto& each : reports)
    body.push_back({{"url", each.key}, {"id", each.id}, {"shares", each.shares}});
  return boost::json::serialize(body);
}

void check_reports(const std::vector<share_report>& reports, const key_rules& rules) {
  require(!reports.empty() && reports.size() <= max_share_reports, "1 to 1000 reports are taken");
  std::map<std::string_view, std::int64_t> of_link;
  for (const auto& each : reports) {
    check_report(each, rules);
    require(++of_link[each.key] <= recent_shares_kept, "no more of a link than the store remembers");
  }
  const auto again = read_share_reports(as_body(reports), rules);
  const auto* read = std::get_if<std::vector<share_report>>(&again);
  require(read != nullptr && read->size() == reports.size(), "what was taken is taken again");
  for (std::size_t i = 0; i < reports.size(); ++i)
    require((*read)[i].key == reports[i].key && (*read)[i].id == reports[i].id &&
                (*read)[i].shares == reports[i].shares,
            "a report made again is the same");
}

}  // namespace
}  // namespace buttond

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace buttond;
  constexpr key_rules rules{.allow_private_hosts = false};
  const auto read = read_share_reports({reinterpret_cast<const char*>(data), size}, rules);
  if (const auto* refused = std::get_if<refused_reports>(&read)) {
    require((refused->status == 400 || refused->status == 413) && !refused->message.empty(),
            "a refusal is the sender's mistake, and says which");
    return 0;
  }
  check_reports(std::get<std::vector<share_report>>(read), rules);
  return 0;
}
