#include "button/config/toml_mistake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace buttond {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::vector<std::string_view> lines_of(std::string_view document) {
  std::vector<std::string_view> lines;
  while (true) {
    const auto end = document.find('\n');
    lines.push_back(document.substr(0, end));
    if (end == std::string_view::npos) return lines;
    document.remove_prefix(end + 1);
  }
}

/// "epoch" of `epoch = "10s"`, in quotes or not; empty where the line sets nothing.
std::string_view key_of(std::string_view line) {
  std::string_view key = trimmed(line.substr(0, line.find('=')));
  if (line.find('=') == std::string_view::npos) return {};
  if (key.size() > 1 && (key.front() == '"' || key.front() == '\'') && key.back() == key.front())
    key = key.substr(1, key.size() - 2);
  return key;
}

/// Where an earlier line sets the same key, from 1; 0 where none does.
std::size_t earlier_line_of(const std::vector<std::string_view>& lines, std::string_view key,
                            std::size_t before) {
  const auto last = lines.begin() + static_cast<std::ptrdiff_t>(before - 1);
  const auto found =
      std::find_if(lines.begin(), last, [&](std::string_view line) { return key_of(line) == key; });
  return found == last ? 0 : static_cast<std::size_t>(found - lines.begin()) + 1;
}

/// Whether a string that begins in `value` does not end there.
bool is_open_string(std::string_view value) {
  char quote = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (quote == 0 && value[i] == '#') return false;
    if (quote == '"' && value[i] == '\\') {
      ++i;
    } else if (quote != 0 ? value[i] == quote : value[i] == '"' || value[i] == '\'') {
      quote = quote == 0 ? value[i] : '\0';
    }
  }
  return quote != 0;
}

bool is_plain_value(std::string_view value) {
  return !value.empty() && value.size() <= 64 && std::ranges::all_of(value, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view(".:-_/").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

/// `epoch = "10s"`, with what stands there if that may be told, else with an example.
std::string as_it_should_be(std::string_view key, std::string_view value, const std::vector<flag>& flags) {
  const flag* const known = find_flag(flags, key);
  if (known != nullptr && known->kind == value_kind::on_off) return fmt::format("{} = true", key);
  if (known != nullptr && key != "store" && is_plain_value(value))
    return fmt::format("{} = \"{}\"", key, value);
  return fmt::format("{} = \"{}\"", key, known != nullptr && !known->example.empty() ? known->example : "..");
}

/// The setting whose value the parser was in: a string or a list goes on over lines where it is not closed.
std::size_t first_line_of(const std::vector<std::string_view>& lines, const toml_mistake& stop) {
  const bool in_list = stop.what.find("array") != std::string::npos;
  for (std::size_t line = stop.line; line > 0; --line) {
    const std::string_view text = lines[line - 1];
    const std::string_view key = key_of(text);
    const bool opens_list = !key.empty() && trimmed(text.substr(text.find('=') + 1)).starts_with('[');
    if (in_list ? opens_list : !key.empty()) return line;
    if (!in_list && stop.what.find("string") == std::string::npos) break;
  }
  return stop.line;
}

std::string why_value_is_wrong(std::string_view key, std::string_view value, const std::vector<flag>& flags) {
  if (value.empty() || value.front() == '#')
    return fmt::format("{} has no value; write for example {}", key, as_it_should_be(key, {}, flags));
  if (is_open_string(value)) {
    return fmt::format("the quotes around the value of {} are not closed; write for example {}", key,
                       as_it_should_be(key, {}, flags));
  }
  if (value.front() == '[') {
    return fmt::format(
        "the list of {0} is not right; write {0} = [\"..\", \"..\"], each item in quotes and a comma between",
        key);
  }
  const flag* const known = find_flag(flags, key);
  if (known != nullptr && known->kind == value_kind::on_off)
    return fmt::format("{} is true or false, without quotes; write {}", key, as_it_should_be(key, {}, flags));
  if (value.front() != '"' && value.front() != '\'') {
    const std::string_view alone = trimmed(value.substr(0, value.find('#')));
    return fmt::format("the value of {} must be in quotes; write {}", key,
                       as_it_should_be(key, alone, flags));
  }
  return fmt::format(
      "the value of {} is not as TOML has it: behind its closing quote only a # remark may follow, and "
      "within "
      "it a backslash is written twice",
      key);
}

}  // namespace

toml_mistake explain_toml_mistake(std::string_view document, const toml_mistake& stop,
                                  const std::vector<flag>& flags) {
  if (stop.what.find("utf-8") != std::string::npos)
    return {stop.line, "this is not UTF-8; save the file as UTF-8 text"};
  const std::vector<std::string_view> lines = lines_of(document);
  const std::size_t number =
      first_line_of(lines, {std::clamp<std::size_t>(stop.line, 1, lines.size()), stop.what});
  const std::string_view line = lines[number - 1];
  const std::string_view key = key_of(line);
  if (key.empty()) {
    return {
        number,
        "this is no setting; write a key, an equals sign and its value, for example epoch = \"10s\", and a "
        "# before a remark"};
  }
  if (stop.what.find("redefine") != std::string::npos) {
    const std::size_t earlier = earlier_line_of(lines, key, number);
    return {number, earlier == 0
                        ? fmt::format("{} is set twice; leave one of them out", key)
                        : fmt::format("{} is set in line {} already; leave one of them out", key, earlier)};
  }
  return {number, why_value_is_wrong(key, trimmed(line.substr(line.find('=') + 1)), flags)};
}

}  // namespace buttond
