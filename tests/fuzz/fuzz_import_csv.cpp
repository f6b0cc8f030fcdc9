// Any bytes as a CSV of counts: every line is taken within the limits or told with its reason; those that are
// taken, written anew as RFC 4180 has it, are taken alike; and where nothing is quoted, they are what stands
// between the commas.

#include "common/error.hpp"
#include "tests/fuzz/import_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buttond::testing {
namespace {

/// Room for the counts in the line that a link is written into anew.
constexpr std::size_t longest_link = longest_line - 64;

std::string quoted(std::string_view text) {
  std::string field = "\"";
  for (const char c : text) field.append(c == '"' ? 2 : 1, c);
  return field + "\"";
}

std::string as_csv(const std::vector<import_line>& lines) {
  std::string text = "key,impressions,clicks,shares\r\n";
  for (const auto& line : lines)
    text += fmt::format("{},{},{},{}\r\n", quoted(line.link), line.counts.impressions, line.counts.clicks,
                        line.counts.shares);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

/// Nothing for what is no count; nought for no text.
std::optional<std::int64_t> count_of(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  if (text.starts_with('-') && text.find_first_not_of('0', 1) == std::string_view::npos && text.size() > 1)
    return 0;
  if (text.find_first_not_of(digits) != std::string_view::npos) return std::nullopt;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  if (text.size() > 16) return std::nullopt;
  std::int64_t count = 0;
  for (const char c : text) count = count * 10 + (c - '0');
  return count <= greatest_count ? std::optional(count) : std::nullopt;
}

/// The line that the fields say, where they say one.
std::optional<import_line> line_of(const std::vector<std::string_view>& names,
                                   const std::vector<std::string_view>& fields) {
  if (fields.size() != names.size()) return std::nullopt;
  import_line line;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "key" || names[i] == "url") {
      line.link = fields[i];
    } else if (auto* count = count_named(names[i], line.counts)) {
      const auto number = count_of(fields[i]);
      if (!number) return std::nullopt;
      *count = *number;
    }
  }
  return line;
}

/// `plain` has a header that was taken, no quotes, and no carriage returns.
std::vector<import_line> read_plainly(std::string_view plain) {
  if (plain.starts_with("\xef\xbb\xbf")) plain.remove_prefix(3);
  auto lines = split(plain, '\n');
  std::erase(lines, "");
  const auto names = split(lines.front(), ',');
  std::vector<import_line> taken;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (auto line = line_of(names, split(lines[i], ','))) taken.push_back(std::move(*line));
  return taken;
}

void check(std::string_view input) {
  const auto file = file_of(input);
  const auto lines = read_csv(file.get());
  const auto ends = static_cast<std::uint64_t>(std::ranges::count(input, '\n'));
  auto taken = taken_lines(*lines, ends + 1);
  if (input.size() <= longest_line && input.find_first_of("\"\r") == std::string_view::npos)
    require_same(taken, read_plainly(input));
  std::erase_if(taken, [](const import_line& line) { return line.link.size() > longest_link; });

  const auto text = as_csv(taken);
  const auto again_file = file_of(text);
  const auto again = read_csv(again_file.get());
  require_same(taken, taken_lines(*again, taken.size() + 1 + text.size()));
}

}  // namespace
}  // namespace buttond::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    buttond::testing::check({reinterpret_cast<const char*>(data), size});
  } catch (const buttond::startup_error& error) {
    buttond::require(*error.what() != '\0', "a file that cannot be read is told why");
  }
  return 0;
}
