#include "button/commands/csv_records.hpp"

#include "button/commands/import_lines.hpp"
#include "common/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace buttond {

const std::vector<std::string>& csv_records::header() {
  std::uint64_t line = 0;
  std::string problem;
  if (!read(names_, line, problem)) throw startup_error("the file is empty");
  if (!problem.empty()) throw startup_error("the header of the CSV cannot be read: " + problem);
  if (names_.front().starts_with("\xef\xbb\xbf")) names_.front().erase(0, 3);
  for (auto name = names_.begin(); name != names_.end(); ++name)
    if (std::find(names_.begin(), name, *name) != name)
      throw startup_error(fmt::format("the header of the CSV names {} twice", shortened(*name, 100)));
  return names_;
}

bool csv_records::next(std::vector<std::string>& fields, std::uint64_t& line, std::string& problem) {
  if (!read(fields, line, problem)) return false;
  if (problem.empty() && fields.size() != names_.size())
    problem = fmt::format("it has {} fields, the header has {}", fields.size(), names_.size());
  return true;
}

bool csv_records::read(std::vector<std::string>& fields, std::uint64_t& line, std::string& problem) {
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

std::string csv_records::read_record(std::vector<std::string>& fields) {
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

std::string csv_records::read_plain(std::string& field) {
  for (int c = peek(); c != EOF && c != ',' && c != '\n' && c != '\r'; c = peek()) {
    if (c == '"') return "a double quote stands inside a field that does not begin with one";
    if (++size_ > longest_line) return "it is longer than 64 KiB";
    field += static_cast<char>(take());
  }
  return {};
}

std::string csv_records::read_quoted(std::string& field) {
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

void csv_records::skip_first_line(std::uint64_t line) {
  fseeko(file_, start_, SEEK_SET);
  line_ = line - 1;
  for (int c = take(); c != EOF && c != '\n'; c = take()) {
  }
}

int csv_records::peek() {
  const int c = getc_unlocked(file_);
  if (c != EOF) std::ungetc(c, file_);
  return c;
}

int csv_records::take() {
  const int c = getc_unlocked(file_);
  if (c == '\n') ++line_;
  return c;
}

}  // namespace buttond
