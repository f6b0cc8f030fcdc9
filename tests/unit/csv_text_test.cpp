#include "button/handlers/dashboard/csv_text.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

using namespace buttond;

namespace {

std::string cell(std::string_view text) {
  csv_text csv;
  csv.cell(text);
  return csv.take();
}

}  // namespace

TEST_CASE("Records of CSV end in CR LF, and their cells are between commas", "[dashboard]") {
  csv_text csv;
  csv.cell("site").cell("impressions").end();
  csv.cell("a.example").cell(std::int64_t{12}).end();
  const std::string text = csv.take();
  CHECK(text == "site,impressions\r\na.example,12\r\n");
}

TEST_CASE("A cell of CSV with a comma, a quote or a line end is quoted", "[dashboard]") {
  CHECK(cell("a,b") == "\"a,b\"");
  CHECK(cell("a\"b") == "\"a\"\"b\"");
  CHECK(cell("a\nb") == "\"a\nb\"");
}

TEST_CASE("A cell of CSV is no formula", "[dashboard]") {
  CHECK(cell("=1+1") == "\"'=1+1\"");
  CHECK(cell("+1") == "\"'+1\"");
  CHECK(cell("-1") == "\"'-1\"");
  CHECK(cell("@a") == "\"'@a\"");
  CHECK(cell("\ta") == "\"'\ta\"");
  CHECK(cell("\ra") == "\"'\ra\"");
  CHECK(cell("a=1") == "a=1");
}

TEST_CASE("A number of CSV that is not known is an empty cell", "[dashboard]") {
  csv_text csv;
  csv.cell(std::optional<std::int64_t>()).cell(std::optional<double>()).cell(std::int64_t{-1}).end();
  const std::string text = csv.take();
  CHECK(text == ",,-1\r\n");
}

TEST_CASE("A first cell of CSV that is empty is a cell", "[dashboard]") {
  csv_text csv;
  csv.cell("").cell("b").end();
  const std::string text = csv.take();
  CHECK(text == ",b\r\n");
}
