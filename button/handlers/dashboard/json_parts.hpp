#pragma once
// What the dashboard's JSON is put together from. No state: any thread.

#include "button/dashboard/query_desk.hpp"
#include "button/dashboard/store_answer.hpp"
#include "button/impressions/books.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

/// UTC, to the second: "2026-11-27T14:07:32Z".
std::string utc_text(wall_time time);

boost::json::object to_json(const tally& counts);
boost::json::value to_json(const std::optional<tally>& counts);

/// All reasons, zeros too.
boost::json::object reasons_json(const std::array<std::uint64_t, filter_reasons>& events);

template <class Number>
boost::json::value or_null(const std::optional<Number>& number) {
  return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

inline constexpr std::string_view json_content_type = "application/json";

desk_answer json_answer(const boost::json::value& body);
desk_answer json_error(std::uint16_t status, std::string_view code, std::string_view message);

}  // namespace buttond
