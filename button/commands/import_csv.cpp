#include "button/commands/import_lines.hpp"
#include "common/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace buttond {
namespace {

/// Records of RFC 4180: fields separated by commas; a field in double quotes may hold commas, line ends and
/// doubled double quotes. Lines end with LF or CRLF.
class csv_records {
 public:
  explicit csv_records(std::FILE* file) : file_(file) {}

  /// The next record that is not an empty line; false at the end. After a problem the next record begins on
  /// the next line, so that a quote which is never closed costs one line and not the rest of the file.
  bool next(std::vector<std::string>& fields, std::uint64_t& line, std::string& problem) {
    for (;;) {
      start_ = ftello(file_);
      line = line_ + 1;
      fields.clear();
      problem.clear();
      if (peek() == EOF) return false;
      size_ = 0;
      problem = read_record(fields);
      if (!problem.empty()) {
        skip_first_line(line);
        return true;
      }
      if (fields.size() > 1 || !fields.front().empty()) return true;
    }
  }

 private:
  /// Reads up to the end of the record. Returns the problem, or nothing.
  std::string read_record(std::vector<std::string>& fields) {
    for (;;) {
      // Its commas count too: a field takes memory though nothing stands in it.
      if (++size_ > longest_line) return "it is longer than 64 KiB";
      fields.emplace_back();
      auto problem = peek() == '"' ? read_quoted(fields.back()) : read_plain(fields.back());
      if (!problem.empty()) return problem;
      const int end = take();
      if (end == ',') continue;
      if (end == '\r' && peek() == '\n') take();
      return {};
    }
  }

  std::string read_plain(std::string& field) {
    for (int c = peek(); c != EOF && c != ',' && c != '\n' && c != '\r'; c = peek()) {
      if (c == '"') return "a double quote stands inside a field that does not begin with one";
      if (++size_ > longest_line) return "it is longer than 64 KiB";
      field += static_cast<char>(take());
    }
    return {};
  }

  std::string read_quoted(std::string& field) {
    take();
    for (;;) {
      const int c = take();
      if (c == EOF) return "a double quote is not closed";
      if (c == '"' && peek() == '"') {
        take();
      } else if (c == '"') {
        const int after = peek();
        if (after != EOF && after != ',' && after != '\n' && after != '\r')
          return "text stands after a closing double quote";
        return {};
      }
      if (++size_ > longest_line) return "it is longer than 64 KiB, or a double quote is not closed";
      field += static_cast<char>(c);
    }
  }

  void skip_first_line(std::uint64_t line) {
    fseeko(file_, start_, SEEK_SET);
    line_ = line - 1;
    for (int c = take(); c != EOF && c != '\n'; c = take()) {
    }
  }

  int peek() {
    const int c = getc_unlocked(file_);
    if (c != EOF) std::ungetc(c, file_);
    return c;
  }

  int take() {
    const int c = getc_unlocked(file_);
    if (c == '\n') ++line_;
    return c;
  }

  std::FILE* file_;
  off_t start_ = 0;         // of the record
  std::uint64_t line_ = 0;  // lines that ended so far
  std::size_t size_ = 0;    // of the record
};

class csv_lines final : public import_lines {
 public:
  explicit csv_lines(std::FILE* file) : records_(file) {
    std::uint64_t line = 0;
    std::string problem;
    if (!records_.next(names_, line, problem)) throw startup_error("the file is empty");
    if (!problem.empty()) throw startup_error("the header of the CSV cannot be read: " + problem);
    if (names_.front().starts_with("\xef\xbb\xbf")) names_.front().erase(0, 3);
    bool has_count = false;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      tally counts;
      if (std::find(names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(i), names_[i]) !=
          names_.begin() + static_cast<std::ptrdiff_t>(i))
        throw startup_error(fmt::format("the header of the CSV names {} twice", shortened(names_[i], 100)));
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
    if (fields_.size() != names_.size())
      return fmt::format("it has {} fields, the header has {}", fields_.size(), names_.size());
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
