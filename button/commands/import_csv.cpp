#include "button/commands/csv_records.hpp"
#include "button/commands/import_lines.hpp"
#include "common/error.hpp"

#include <charconv>
#include <optional>
#include <vector>

namespace buttond {
namespace {

class csv_lines final : public import_lines {
 public:
  explicit csv_lines(std::FILE* file) : records_(file), names_(records_.header()) {
    bool has_count = false;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      tally counts;
      if (names_[i] == "key" || names_[i] == "url") {
        if (link_column_)
          throw startup_error("the header of the CSV names both key and url; keep one of them");
        link_column_ = i;
      } else if (count_named(names_[i], counts) != nullptr) {
        has_count = true;
      } else {
        ignore(names_[i]);
      }
    }
    if (!link_column_ || !has_count) {
      throw startup_error(
          "the first line is not a CSV header with key or url, and one or more of impressions, clicks and "
          "shares, separated by commas; if the file is JSON Lines, say --format jsonl");
    }
  }

  bool next(import_line& line) override {
    line.counts = {};
    if (!records_.next(fields_, line.number, line.problem)) return false;
    if (line.problem.empty()) line.problem = take_fields(line);
    return true;
  }

 private:
  std::string take_fields(import_line& line) {
    line.link = std::move(fields_[*link_column_]);
    for (std::size_t i = 0; i < names_.size(); ++i) {
      auto* count = count_named(names_[i], line.counts);
      const auto& text = fields_[i];
      if (count == nullptr || text.empty()) continue;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *count);
      if (error != std::errc{} || end != text.data() + text.size() || *count < 0 || *count > greatest_count)
        return not_a_count(names_[i]);
    }
    return {};
  }

  csv_records records_;
  std::vector<std::string> names_;
  std::optional<std::size_t> link_column_;
  std::vector<std::string> fields_;
};

}  // namespace

std::unique_ptr<import_lines> read_csv(std::FILE* file) {
  return std::make_unique<csv_lines>(file);
}

}  // namespace buttond
