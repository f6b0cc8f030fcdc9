#pragma once
// Tables as CSV that spreadsheets open: RFC 4180, UTF-8. No state: any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace buttond {

/// Puts a table together, record by record. The first record names the columns.
class csv_text {
 public:
  /// Text. What a spreadsheet would take for a formula (it begins with = + - @ tab or CR) gets a ' before it.
  csv_text& cell(std::string_view text);
  csv_text& cell(std::int64_t number);

  /// Empty where the number is not known.
  csv_text& cell(std::optional<std::int64_t> number);
  csv_text& cell(std::optional<double> number);

  /// Ends a record.
  void end();

  std::string take() { return std::move(text_); }

 private:
  void begin_cell();

  std::string text_;
  bool begun_ = false;  // whether the record has a cell
};

inline constexpr std::string_view csv_content_type = "text/csv; charset=utf-8; header=present";

}  // namespace buttond
