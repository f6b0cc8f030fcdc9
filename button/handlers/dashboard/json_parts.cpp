#include "button/handlers/dashboard/json_parts.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace buttond {

std::string utc_text(wall_time time) {
  return fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::floor<std::chrono::seconds>(time)));
}

boost::json::object to_json(const tally& counts) {
  return {{"impressions", counts.impressions}, {"clicks", counts.clicks}, {"shares", counts.shares}};
}

boost::json::value to_json(const std::optional<tally>& counts) {
  return counts ? boost::json::value(to_json(*counts)) : boost::json::value(nullptr);
}

boost::json::object reasons_json(const std::array<std::uint64_t, filter_reasons>& events) {
  boost::json::object reasons;
  for (std::size_t i = 0; i < filter_reasons; ++i) reasons[filter_reason_names[i]] = events[i];
  return reasons;
}

desk_answer json_answer(const boost::json::value& body) {
  return {.content_type = std::string(json_content_type), .body = boost::json::serialize(body)};
}

desk_answer json_error(std::uint16_t status, std::string_view code, std::string_view message) {
  desk_answer answer = json_answer({{"error", {{"code", code}, {"message", message}}}});
  answer.status = status;
  return answer;
}

}  // namespace buttond
