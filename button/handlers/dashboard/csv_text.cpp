#include "button/handlers/dashboard/csv_text.hpp"

#include "button/handlers/json_answers.hpp"

#include <fmt/format.h>

#include <iterator>

namespace buttond {

void csv_text::begin_cell() {
  if (begun_) text_ += ',';
  begun_ = true;
}

csv_text& csv_text::cell(std::string_view text) {
  begin_cell();
  const bool formula = !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != text.npos;
  if (!formula && text.find_first_of("\",\r\n") == text.npos) {
    text_ += text;
    return *this;
  }
  text_ += '"';
  if (formula) text_ += '\'';
  for (const char each : text) {
    if (each == '"') text_ += '"';
    text_ += each;
  }
  text_ += '"';
  return *this;
}

csv_text& csv_text::cell(std::int64_t number) {
  begin_cell();
  append_number(text_, number);
  return *this;
}

csv_text& csv_text::cell(std::optional<std::int64_t> number) {
  if (number) return cell(*number);
  begin_cell();
  return *this;
}

csv_text& csv_text::cell(std::optional<double> number) {
  begin_cell();
  if (number) fmt::format_to(std::back_inserter(text_), "{:.6g}", *number);
  return *this;
}

void csv_text::end() {
  text_ += "\r\n";
  begun_ = false;
}

}  // namespace buttond
