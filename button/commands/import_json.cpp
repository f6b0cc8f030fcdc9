#include "button/commands/import_lines.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <string>

namespace buttond {

std::int64_t* count_named(std::string_view name, tally& counts) noexcept {
  if (name == "impressions") return &counts.impressions;
  if (name == "clicks") return &counts.clicks;
  if (name == "shares") return &counts.shares;
  return nullptr;
}

std::string not_a_count(std::string_view name) {
  return fmt::format("{} is not a whole number from 0 to {}", name, greatest_count);
}

namespace {

class json_lines final : public import_lines {
 public:
  explicit json_lines(std::FILE* file) : file_(file) {}

  bool next(import_line& line) override {
    for (;;) {
      if (!read_line()) return false;
      ++number_;
      std::string_view text = buffer_;
      if (number_ == 1 && text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
      if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
      line = {.number = number_, .link = {}, .counts = {}, .moved_to = {}, .problem = {}};
      line.problem = text.size() > longest_line ? "it is longer than 64 KiB" : parse(text, line);
      return true;
    }
  }

 private:
  /// Reads up to the end of the line, and keeps as much of it as shows that it is too long. False at the end.
  bool read_line() {
    buffer_.clear();
    int c = getc_unlocked(file_);
    if (c == EOF) return false;
    for (; c != EOF && c != '\n'; c = getc_unlocked(file_))
      if (buffer_.size() <= longest_line) buffer_ += static_cast<char>(c);
    return true;
  }

  /// Returns the problem, or nothing.
  std::string parse(std::string_view text, import_line& line) {
    boost::json::error_code error;
    const auto value = boost::json::parse({text.data(), text.size()}, error);
    if (error) return fmt::format("it is not JSON: {}", error.message());
    const auto* object = value.if_object();
    if (object == nullptr) return "it is not a JSON object; one object stands on each line";

    bool has_link = false;
    bool has_count = false;
    for (const auto& field : *object) {
      const std::string_view name(field.key().data(), field.key().size());
      if (name == "key" || name == "url") {
        if (has_link) return "it has more than one key or url";
        if (!field.value().is_string()) return fmt::format("{} is not a string", name);
        has_link = true;
        line.link.assign(field.value().get_string().data(), field.value().get_string().size());
      } else if (name == "moved_to") {
        if (!field.value().is_string()) return "moved_to is not a string";
        line.moved_to.assign(field.value().get_string().data(), field.value().get_string().size());
      } else if (auto* count = count_named(name, line.counts)) {
        *count = field.value().to_number<std::int64_t>(error);
        if (error || *count < 0 || *count > greatest_count) return not_a_count(name);
        has_count = true;
      } else {
        ignore(name);
      }
    }
    if (!has_link) return "it has neither key nor url";
    if (!has_count) return "it has none of impressions, clicks and shares";
    return {};
  }

  std::FILE* file_;
  std::string buffer_;
  std::uint64_t number_ = 0;
};

}  // namespace

std::unique_ptr<import_lines> read_json_lines(std::FILE* file) {
  return std::make_unique<json_lines>(file);
}

}  // namespace buttond
