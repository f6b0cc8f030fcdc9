#pragma once
// What is asked of the page of a site: whose, how many days, as a page or as which of its tables. Loop thread
// only.

#include "button/http/request.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

/// The days that a page shows, the last of them today (UTC).
struct site_range {
  std::string_view name;  // as in ?range=
  std::string_view words;
  int days;
};
inline constexpr std::array<site_range, 3> site_ranges{
    {{"7d", "7 days", 7}, {"30d", "30 days", 30}, {"400d", "400 days", 400}}};

/// A table of the page, as CSV; or the page.
enum class site_table : std::uint8_t { none, days, links, now };

struct site_question {
  std::string site;  // as keys have it
  site_range range = site_ranges[1];
  site_table table = site_table::none;
  // What a link that was made for a reader has besides, as it was sent.
  std::string until;
  std::string signature;
};

/// Reads the query; what is given twice counts the first time. Nothing for what is wrong: `why` says it, and
/// what would do, in a sentence that may hold a piece of what was sent.
std::optional<site_question> read_site_question(const http::request& in, std::string& scratch,
                                                std::string& why);

/// As in ?table=; empty for none.
std::string_view name_of(site_table table) noexcept;

}  // namespace buttond
