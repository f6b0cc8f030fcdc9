#include "button/config/file.hpp"

#include "button/config/suggestion.hpp"
#include "button/config/toml_mistake.hpp"
#include "common/file.hpp"
#include "common/shortened.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace buttond {
namespace {

constexpr std::size_t longest_file = std::size_t{1} << 20;

/// A scalar as one would write it on the command line, where its type is one that the flag has in a file.
std::optional<std::string> as_text(const toml::node& node, value_kind kind) {
  if (auto text = node.value_exact<std::string>()) return text;
  if (kind == value_kind::on_off) {
    if (const auto on = node.value_exact<bool>()) return *on ? "true" : "false";
  }
  if (kind == value_kind::number) {
    if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
    if (const auto number = node.value_exact<double>()) return fmt::format("{}", *number);
  }
  return std::nullopt;
}

std::string how_to_write(const flag& wrong) {
  if (wrong.kind == value_kind::on_off) return "write true or false, without quotes";
  const std::string example = wrong.example.empty() ? ".." : wrong.example;
  if (wrong.type == "NUMBER") return fmt::format("write a number, for example {} = {}", wrong.name, example);
  return fmt::format("it stands in quotes; write for example {} = \"{}\"", wrong.name, example);
}

class reader {
 public:
  reader(const std::string& path, const std::vector<flag>& flags) : path_(path), flags_(flags) {}

  file_settings read(const std::string& document) {
    const auto zero = document.find('\0');
    if (zero != std::string::npos) {
      const auto line =
          std::count(document.begin(), document.begin() + static_cast<std::ptrdiff_t>(zero), '\n');
      tell(static_cast<std::size_t>(line) + 1, "there is a byte 0; this is no text file");
      return std::move(read_);
    }
    try {
      const toml::table table = toml::parse(document);
      // It is in the order of the keys.
      std::map<std::size_t, std::vector<std::pair<std::string, const toml::node*>>> lines;
      for (const auto& [key, node] : table) lines[key.source().begin.line].emplace_back(key.str(), &node);
      for (const auto& [line, settings] : lines) {
        for (const auto& [key, node] : settings) take(key, line, *node);
      }
    } catch (const toml::parse_error& error) {
      const auto mistake = explain_toml_mistake(
          document, {error.source().begin.line, std::string(error.description())}, flags_);
      tell(mistake.line, mistake.what);
    }
    return std::move(read_);
  }

 private:
  void tell(std::size_t line, const std::string& problem, const std::string& flag = {}) {
    read_.problems.push_back({flag, fmt::format("{}:{}: {}", path_, line, problem)});
  }

  void take(const std::string& key, std::size_t line, const toml::node& node) {
    if (node.is_table() || node.is_array_of_tables()) {
      tell(line,
           fmt::format("there are no sections, such as [{}]; write each setting on a line of its own, for "
                       "example epoch = \"10s\"",
                       shortened(key, 64)));
      return;
    }
    const flag* const known = find_flag(flags_, key);
    if (known == nullptr) {
      tell(line, unknown(key));
      return;
    }
    given_value value{{}, fmt::format("{}:{}", path_, line), fmt::format("{}:{}: {}", path_, line, key)};
    const auto add = [&](const toml::node& item) {
      auto text = as_text(item, known->kind);
      if (text) value.texts.push_back(std::move(*text));
      return text.has_value();
    };
    const toml::array* const list = node.as_array();
    if (list != nullptr && !known->repeatable) {
      tell(line, fmt::format("{} takes one value, not a list", key), key);
      return;
    }
    if (list != nullptr ? !std::ranges::all_of(*list, add) : !add(node)) {
      tell(line, fmt::format("{}: {}", key, how_to_write(*known)), key);
      return;
    }
    read_.given[key] = std::move(value);
  }

  std::string unknown(const std::string& key) const {
    if (key == "config") return "config: a settings file names no other";
    std::vector<std::string> names;
    for (const flag& each : flags_) names.push_back(each.name);
    std::string written = key;
    // As somebody writes it who comes from the environment.
    if (written.starts_with("BUTTOND_")) written.erase(0, std::string_view("BUTTOND_").size());
    const std::string meant = did_you_mean(written, names);
    return fmt::format("there is no setting {}{}", shortened(key, 64),
                       meant.empty() ? " (buttond --help lists them)" : meant);
  }

  const std::string& path_;
  const std::vector<flag>& flags_;
  file_settings read_;
};

}  // namespace

file_settings read_settings_file(const std::string& path, const std::string& named_by,
                                 const std::vector<flag>& flags) {
  const auto refuse = [&](const std::string& why) {
    return file_settings{.problems = {{"config", fmt::format("{}: {} {}", named_by, path, why)}}};
  };
  const auto document = read_file(path, longest_file + 1);
  if (document.has_error()) {
    const error_code why = document.error();
    if (why == errc::file_irregular) return refuse("is a directory, a pipe or a device; name a TOML file");
    if (why == boost::system::errc::no_such_file_or_directory)
      return refuse("is not there; write it, or name none");
    return refuse("cannot be read: " + why.message());
  }
  if (document->size() > longest_file) return refuse("is longer than 1MiB; this is no file of settings");
  return reader(path, flags).read(*document);
}

}  // namespace buttond
