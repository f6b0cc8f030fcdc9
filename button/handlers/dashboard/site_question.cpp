#include "button/handlers/dashboard/site_question.hpp"

#include "button/handlers/read_query.hpp"
#include "common/shortened.hpp"
#include "common/site_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace buttond {
namespace {

constexpr std::size_t most_shown = 60;

constexpr std::array<std::pair<site_table, std::string_view>, 3> tables{
    {{site_table::days, "days"}, {site_table::links, "links"}, {site_table::now, "now"}}};

/// The first value of each name.
class first_values {
 public:
  first_values(const http::request& in, std::string& scratch) {
    read_query(in, scratch, [&](std::string_view name, std::string_view value) {
      for (std::size_t i = 0; i < names.size(); ++i)
        if (name == names[i] && !values_[i]) values_[i] = value;
    });
  }

  std::optional<std::string_view> operator[](std::string_view name) const {
    return values_[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())];
  }

 private:
  static constexpr std::array<std::string_view, 5> names{"name", "range", "table", "until", "signature"};
  std::array<std::optional<std::string_view>, names.size()> values_;
};

}  // namespace

std::optional<site_question> read_site_question(const http::request& in, std::string& scratch,
                                                std::string& why) {
  const first_values given(in, scratch);
  site_question asked;
  const auto wrong = [&why](std::string_view what, std::string_view value, std::string_view todo) {
    why = fmt::format("\u201c{}\u201d is no {}; {}", shortened(value, most_shown), what, todo);
    return std::nullopt;
  };
  auto site = normalized_site(given["name"].value_or(""));
  if (!site)
    return wrong("name of a site", given["name"].value_or(""), "write a host, as in name=example.com");
  asked.site = std::move(*site);
  if (const auto name = given["range"]) {
    const auto* const found = std::ranges::find(site_ranges, *name, &site_range::name);
    if (found == site_ranges.end()) return wrong("range", *name, "take 7d, 30d or 400d");
    asked.range = *found;
  }
  if (const auto name = given["table"]) {
    const auto* const found =
        std::ranges::find(tables, *name, &std::pair<site_table, std::string_view>::second);
    if (found == tables.end()) return wrong("table", *name, "take days, links or now");
    asked.table = found->first;
  }
  asked.until = given["until"].value_or("");
  asked.signature = given["signature"].value_or("");
  return asked;
}

std::string_view name_of(site_table table) noexcept {
  const auto* const found = std::ranges::find(tables, table, &std::pair<site_table, std::string_view>::first);
  return found != tables.end() ? found->second : std::string_view{};
}

}  // namespace buttond
